// What events change in a message after it was said. It keeps nothing.

import type { Attachment, Event, Item, Message, MessageId } from '../frames.js';

/** The message that an event changes, when it changes one. */
export function changedMessage(event: Event): MessageId | undefined {
  switch (event.name) {
    case 'message.delivery_changed':
    case 'message.plan_changed':
    case 'message.cancelled':
    case 'attachment.stored':
    case 'attachment.missing':
    case 'link.opened':
    case 'link.revoked':
      return event.data.message_id;
    default:
      return undefined;
  }
}

/** The message after the event. */
export function messageAfter(message: Message, event: Event): Message {
  switch (event.name) {
    case 'message.delivery_changed': {
      const { failure: _before, ...rest } = message;
      const { attempt, delivery, failure } = event.data;
      return { ...rest, delivery, ...(failure === undefined ? {} : { failure }), attempt };
    }
    case 'message.plan_changed': {
      const { due_at: _before, ...rest } = message;
      const { delivery, due_at } = event.data;
      return { ...rest, delivery, ...(due_at === undefined ? {} : { due_at }) };
    }
    case 'message.cancelled': {
      const { failure: _before, ...rest } = message;
      return { ...rest, delivery: 'cancelled' };
    }
    case 'attachment.stored':
      return withAttachment(message, event.data.attachment);
    case 'attachment.missing': {
      const id = event.data.attachment_id;
      const known = message.attachments?.find((attachment) => attachment.attachment_id === id);
      return known === undefined ? message : withAttachment(message, { ...known, state: 'missing' });
    }
    case 'link.opened':
      return opened(message, event.at);
    case 'link.revoked':
      return message.link === undefined ? message : { ...message, link: { ...message.link, revoked: true } };
    default:
      return message;
  }
}

/** What is left of a line when the person behind it was erased. */
export function erasedItem(item: Item): Item {
  if (item.kind === 'note') return { kind: 'note', note: { ...item.note, text: null } };
  if (item.kind === 'message') return { kind: 'message', message: erasedMessage(item.message) };
  return item;
}

/** What is left of a message when the person behind it was erased: that there was one, and what became of it. */
function erasedMessage(message: Message): Message {
  const { card: _c, template: _t, attachments: _a, location: _p, ...left } = message;
  const { reaction: _r, link: _l, carriage: _w, ...rest } = left;
  return { ...rest, text: null };
}

function withAttachment(message: Message, attachment: Attachment): Message {
  const known = message.attachments ?? [];
  const at = known.findIndex((other) => other.attachment_id === attachment.attachment_id);
  const before = known[at];
  if (before === undefined) return message;
  const named = { ...attachment, name: attachment.name ?? before.name };
  return { ...message, attachments: known.map((one) => (one === before ? named : one)) };
}

function opened(message: Message, at: string): Message {
  if (message.link === undefined) return message;
  return { ...message, link: { ...message.link, opened: message.link.opened + 1, opened_at: at } };
}
