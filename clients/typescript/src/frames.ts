// The frames of the wire as types, and the two codecs. It says what is read and written and does neither to a socket.

export type * from './frames/command.js';
export type * from './frames/contact.js';
export type * from './frames/conversation.js';
export type * from './frames/down.js';
export type { Event, EventName, EventOf, Events, UnknownEvent, WithHeader } from './frames/event.js';
export { isEventName } from './frames/event.js';
export type * from './frames/ids.js';
export { DEFAULT_LIMITS, type Limits } from './frames/limits.js';
export type * from './frames/message.js';
export type * from './frames/plan.js';
export type * from './frames/query.js';
export type * from './frames/search.js';
export type * from './frames/settings.js';
export type * from './frames/up.js';
export type * from './frames/webhook.js';
