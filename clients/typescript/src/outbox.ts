// Commands that were given and not answered yet, kept so that they are sent until they are.

import type { Command, CommandId, ErrorBody, Expected, Time } from './frames.js';

/** A command as it is kept. */
export type Entry = {
  readonly command_id: CommandId;
  readonly expected?: Expected;
  /** Whose it is: nobody else's client sends it. */
  readonly agent_id?: string;
  /** When it was given. */
  readonly given_at: Time;
} & Command;

/** A command that waits, or one of an earlier run that was refused and waits for a decision. */
export type Kept = Entry & { readonly refused?: ErrorBody };

/** Where entries are kept. All methods may be slow; `put` is waited for before the command is sent. */
export interface OutboxStore {
  put(entry: Entry): void | Promise<void>;
  remove(command_id: CommandId): void | Promise<void>;
  /** In the order in which they were put. */
  all(): readonly Entry[] | Promise<readonly Entry[]>;
}
