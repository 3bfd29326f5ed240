// Commands that somebody here waits for, from being given to their answer. It keeps them in the outbox first and
// hands them to whoever sends; it knows no socket.

import { CommandError, Ended, ownRefusal } from './errors.js';
import type { AgentId, CommandId, Done, ErrorBody, Up } from './frames.js';
import type { Cell } from './live.js';
import { type Entry, type Kept, Outbox, type OutboxStore } from './outbox.js';
import type { Asks } from './send.js';

interface Waiting {
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
}

/** The part of a connection that a command depends on. */
export interface Way {
  readonly asks: () => Asks;
  /** Why a frame cannot be sent. */
  readonly wrong: (frame: Up) => ErrorBody | undefined;
}

export class Promised {
  readonly #outbox: Outbox;
  readonly #way: Way;
  readonly #waiting = new Map<CommandId, Waiting>();

  constructor(store: OutboxStore, way: Way) {
    this.#outbox = new Outbox(store, (entry) => this.#carry(entry));
    this.#way = way;
  }

  get kept(): Cell<readonly Kept[]> {
    return this.#outbox.kept;
  }

  /** Reads what an earlier run left. What cannot be read is not sent. */
  restore(): void {
    this.#outbox.restore().catch(() => undefined);
  }

  /** Who this client is: its own commands of an earlier run are sent. */
  welcomed(me: AgentId): void {
    this.#outbox.welcomed(me);
  }

  /** Keeps a command and has it sent until it is answered. */
  give(entry: Entry): Promise<Done> {
    return new Promise((resolve, reject) => {
      const wrong = this.#outbox.full
        ? ownRefusal('busy', 'too many commands wait for an answer')
        : this.#way.wrong(frameOf(entry));
      if (wrong !== undefined) return reject(new CommandError(wrong, entry.command_id));
      this.#waiting.set(entry.command_id, { resolve, reject });
      this.#outbox.give(entry).catch((error: unknown) => this.#settle(entry.command_id, error as Error));
    });
  }

  /** It is not wanted any more. */
  drop(command_id: CommandId): void {
    this.#way.asks().drop(command_id);
    this.#outbox.remove(command_id);
  }

  /** No answer will come any more; what was not answered stays in the store. */
  end(code: number, reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Ended(code, reason));
    this.#waiting.clear();
  }

  /** Sends an entry of the outbox until it is answered. */
  #carry(entry: Entry): void {
    const { command_id } = entry;
    this.#way.asks().push({
      to: command_id,
      frame: frameOf(entry),
      done: (ok) => {
        this.#outbox.remove(command_id);
        this.#settle(command_id, ok as unknown as Done);
      },
      refused: (error) => {
        const waited = this.#waiting.has(command_id);
        if (waited) this.#outbox.remove(command_id);
        else this.#outbox.refused(command_id, error);
        this.#settle(command_id, new CommandError(error, command_id));
      },
      ended: (code, reason) => this.#settle(command_id, new Ended(code, reason)),
    });
  }

  #settle(command_id: CommandId, outcome: Done | Error): void {
    const waiting = this.#waiting.get(command_id);
    this.#waiting.delete(command_id);
    if (outcome instanceof Error) waiting?.reject(outcome);
    else waiting?.resolve(outcome);
  }
}

function frameOf({ given_at: _at, agent_id: _whose, ...command }: Entry): Up {
  return { type: 'command', ...command } as Up;
}
