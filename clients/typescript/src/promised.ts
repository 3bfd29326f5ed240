// Commands that somebody here waits for, from being given to their answer. It keeps them in the outbox first and
// hands them to whoever sends; it knows no socket.

import { CommandError, Dropped, Ended, ownRefusal } from './errors.js';
import type { AgentId, CommandId, Done, ErrorBody, Up } from './frames.js';
import type { Cell } from './live.js';
import { type Entry, type Kept, Outbox, type OutboxStore } from './outbox.js';
import type { Asks } from './send.js';

/** Somebody who waits: the answer that they have in hand, and how it comes. */
interface Waiting {
  readonly answer: Promise<Done>;
  readonly settle: (outcome: Done | Error) => void;
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

  /** Keeps a command and has it sent until it is answered. One with the id of one that waits is that one. */
  give(entry: Entry): Promise<Done> {
    const { command_id } = entry;
    const known = this.#waiting.get(command_id);
    if (known !== undefined) return known.answer;
    const wrong = this.#outbox.full
      ? ownRefusal('busy', 'too many commands wait for an answer')
      : this.#way.wrong(frameOf(entry));
    if (wrong !== undefined) return Promise.reject(new CommandError(wrong, command_id));
    let settle: Waiting['settle'] = () => undefined;
    const answer = new Promise<Done>((resolve, reject) => {
      settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    });
    this.#waiting.set(command_id, { answer, settle });
    this.#outbox.give(entry).catch((error: unknown) => this.#settle(command_id, error as Error));
    return answer;
  }

  /** It is not wanted any more. */
  drop(command_id: CommandId): void {
    this.#way.asks().drop(command_id);
    this.#outbox.remove(command_id);
    this.#settle(command_id, new Dropped());
  }

  /** No answer will come any more; what was not answered stays in the store. */
  end(code: number, reason: string): void {
    for (const { settle } of this.#waiting.values()) settle(new Ended(code, reason));
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
    waiting?.settle(outcome);
  }
}

function frameOf({ given_at: _at, agent_id: _whose, ...command }: Entry): Up {
  return { type: 'command', ...command } as Up;
}
