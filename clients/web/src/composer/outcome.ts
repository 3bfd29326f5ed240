// What became of an accepted message that no event told of, because the page was closed meanwhile: it waits, it
// went out, or it was cancelled. It asks the server and changes nothing.
import type { ConversationId, Line, TimelinePage } from '../app/client.ts';
import type { Asking } from './asking.ts';
import type { HeldSend } from './held.ts';

/** `unknown`: the server did not say, or it lies too far back. */
export type Fate = 'waits' | 'went out' | 'cancelled' | 'unknown';

/** Pages that are looked through. */
export const pagesMax = 20;

export async function outcomeOf(held: HeldSend, asking: Asking): Promise<Fate> {
  let before: number | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const conversation_id = held.conversation_id as ConversationId;
    const params = { conversation_id, ...(before === undefined ? {} : { before }) };
    const answer = await asking.query('conversation.timeline', params);
    if ('error' in answer) return 'unknown';
    const fate = fateIn(held, answer.ok);
    if (fate !== undefined) return fate;
    before = answer.ok.items[0]?.seq;
  }
  return 'unknown';
}

function fateIn({ message_id, seq }: HeldSend, page: TimelinePage): Fate | undefined {
  if (page.pending?.some((message) => message.message_id === message_id)) return 'waits';
  if (page.items.some((line) => idOf(line) === message_id)) return 'went out';
  const oldest = page.items[0]?.seq;
  return !page.earlier || oldest === undefined || oldest <= seq ? 'cancelled' : undefined;
}

function idOf({ item }: Line): string | undefined {
  return item.kind === 'message' ? item.message.message_id : undefined;
}
