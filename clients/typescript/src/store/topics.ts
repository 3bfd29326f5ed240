// What may change, by name, so that a screen hears only of what it shows.

import type { ContactId, ConversationId } from '../frames.js';

/** The name of something that may change. */
export type Topic =
  | 'directory'
  | 'counters'
  | 'online'
  | 'jobs'
  | `queue ${string}`
  | `row ${ConversationId}`
  | `thread ${ConversationId}`
  | `present ${ConversationId}`
  | `contact ${ContactId}`;

/** Takes note of a change. */
export type Touch = (topic: Topic) => void;
