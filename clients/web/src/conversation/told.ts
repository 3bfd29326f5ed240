// What happened to a conversation, as sentences. A line of a newer server has none and is not drawn.
import type { Actor, Item, Line } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { t } from '../i18n/index.ts';

/** Who did something, by name. */
export function actorName(desk: Desk, actor: Actor): string {
  if (actor.kind === 'agent')
    return actor.agent_id === desk.me?.agent_id
      ? t('app.you')
      : desk.agentName(actor.agent_id) || t('conversation.somebody');
  return actor.kind === 'contact' ? t('conversation.from_customer') : t('conversation.system');
}

/** The sentence of a line that is neither a message nor a note; nothing when there is none. */
export function told(desk: Desk, line: Line): string | undefined {
  const actor = actorName(desk, line.actor);
  const item: Item = line.item;
  switch (item.kind) {
    case 'started':
    case 'closed':
    case 'marked_unread':
    case 'erased':
    case 'link_opened':
    case 'link_revoked':
      return t(`conversation.event_${item.kind}`, { actor });
    case 'reopened':
      return t(`conversation.event_reopened_${item.cause}`, { actor });
    case 'consent_changed':
      return t(`conversation.event_${item.consent}`, { actor });
    case 'moved':
      return t('conversation.event_moved', {
        actor,
        from: groupName(desk, item.from),
        to: groupName(desk, item.to),
      });
    case 'assigned':
      return assigned(desk, line, actor, item.to);
    case 'message':
    case 'note':
      return undefined;
  }
}

function assigned(desk: Desk, line: Line, actor: string, to: string | undefined): string {
  if (!to) return t('conversation.event_released', { actor });
  if (line.actor.kind === 'agent' && line.actor.agent_id === to)
    return t('conversation.event_claimed', { actor });
  const name = to === desk.me?.agent_id ? t('app.you') : desk.agentName(to as never);
  return t('conversation.event_assigned', { actor, to: name });
}

function groupName(desk: Desk, id: string): string {
  return desk.directory.groups.get(id as never)?.name ?? '…';
}
