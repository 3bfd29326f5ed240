// Tells the server what this agent does in a conversation: looks at it, has read it. It takes no mark away that
// anybody put on while this agent looked, and reads nothing that passes by.
import type { ConversationId, ThreadValue } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { isMarkedSince } from './marked.ts';

/** How long a conversation is on screen before it counts as read. */
const readMs = 700;

type Shown = { thread: ThreadValue; isUnread: boolean };

/** Follows a conversation while its component lives; to be called while it is made. */
export function followReading(desk: Desk, id: ConversationId, shown: () => Shown): void {
  let looks = $state(document.visibilityState === 'visible');
  /** What was folded when the conversation came on screen. */
  let since = desk.client.expected?.seq;

  $effect(() => {
    const turn = (): void => {
      looks = document.visibilityState === 'visible';
    };
    document.addEventListener('visibilitychange', turn);
    return () => document.removeEventListener('visibilitychange', turn);
  });

  $effect(() => {
    desk.client.signal(id, looks ? 'viewing' : 'nothing');
  });

  $effect(() => () => {
    desk.client.signal(id, 'nothing');
    if (desk.keptUnread === id) desk.keptUnread = undefined;
    if (desk.refusedClose === id) desk.refusedClose = undefined;
  });

  $effect(() => {
    const { thread, isUnread } = shown();
    const seq = thread.expected?.seq;
    if (thread.load.name !== 'ready' || seq === undefined) return;
    since ??= seq;
    // Marking what is unread already leaves no line: the marker's own mark is kept beside the lines.
    const isKept = desk.keptUnread === id || isMarkedSince(thread.lines, since);
    if (!looks || !isUnread || isKept) return;
    const timer = setTimeout(() => {
      // A mark that stays although it was read is no reason to disturb anybody.
      desk.client.command('conversation.mark_read', { conversation_id: id, up_to: seq }).catch(() => {});
    }, readMs);
    return () => clearTimeout(timer);
  });
}
