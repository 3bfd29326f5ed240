// What an event says about a conversation, for the parts that fold it. It reads events and keeps nothing.

import type { ConversationId, Event, Header, Item, LastLine, Message } from '../frames.js';

/** Characters of a row's last line. */
const LAST_LINE_CHARS = 160;

/** The conversation's header after the event. */
export function headerOf(event: Event): Header | undefined {
  if ('conversation' in event.data) return event.data.conversation;
  return event.name === 'conversation.entered' ? event.data.row.conversation : undefined;
}

/** The conversation that the event is about. */
export function conversationOf(event: Event): ConversationId | undefined {
  if ('conversation_id' in event.data) return event.data.conversation_id;
  return headerOf(event)?.conversation_id;
}

/** The line that the event adds to its conversation's timeline. */
export function itemOf(event: Event): Item | undefined {
  switch (event.name) {
    case 'conversation.started':
      return { kind: 'started' };
    case 'conversation.moved':
      return { kind: 'moved', from: event.data.from, to: event.data.conversation.group_id };
    case 'conversation.closed':
      return { kind: 'closed' };
    case 'conversation.reopened':
      return { kind: 'reopened', cause: event.data.cause };
    case 'conversation.assigned':
      return assigned(event.data.from, event.data.conversation.assignee);
    case 'conversation.marked_unread':
      return { kind: 'marked_unread' };
    case 'conversation.erased':
      return { kind: 'erased' };
    case 'message.received':
    case 'message.queued':
      return { kind: 'message', message: event.data.message };
    case 'note.added':
      return { kind: 'note', note: event.data.note };
    case 'consent.changed':
      return { kind: 'consent_changed', consent: event.data.consent };
    case 'link.opened':
      return { kind: 'link_opened', message_id: event.data.message_id };
    case 'link.revoked':
      return { kind: 'link_revoked', message_id: event.data.message_id };
    default:
      return undefined;
  }
}

type Assigned = Extract<Item, { kind: 'assigned' }>;

function assigned(from: Assigned['from'], to: Assigned['to']): Item {
  return { kind: 'assigned', ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** What a queue shows of a message: one line, cut. */
export function lastLine(event: Event, message: Message): LastLine {
  const text = message.text === null ? null : oneLine(shown(message));
  return { seq: event.seq, at: event.at, direction: message.direction, text };
}

/** What a message is known by in one line: its text, or what it holds instead. */
function shown({ text, card, attachments, location }: Message): string {
  const parts = [text, card?.title, card?.text, attachments?.[0]?.name, location?.name, location?.address];
  return parts.find((part) => part !== undefined && part !== null && /\P{White_Space}/u.test(part)) ?? '';
}

function oneLine(text: string): string {
  const words = text.split(/\p{White_Space}+/u).filter((word) => word !== '');
  return Array.from(words.join(' ')).slice(0, LAST_LINE_CHARS).join('');
}
