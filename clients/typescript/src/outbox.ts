// Commands that were given and not answered yet, kept so that each happens once: over reconnects, and with a store
// that outlives the program over restarts as well. It knows no socket.

import { ownRefusal } from './errors.js';
import type { AgentId, Command, CommandId, ErrorBody, Expected, Time } from './frames.js';
import { Cell } from './live.js';

/** Commands that may wait; one more is refused. */
export const ENTRIES_MAX = 1_000;

/** A command as it is kept. */
export type Entry = {
  readonly command_id: CommandId;
  readonly expected?: Expected;
  /** Whose it is: nobody else's client sends it. Absent until the first welcome. */
  readonly agent_id?: AgentId;
  /** When it was given. */
  readonly given_at: Time;
} & Command;

/** A command that waits, or one of an earlier run that was refused, or that nobody knows the author of, and waits for a decision. */
export type Kept = Entry & { readonly refused?: ErrorBody };

/**
 * Where entries are kept. Any method may be slow; `put` is waited for before the command is sent. An entry with the id of
 * one that is kept takes its place. What is called first happens first.
 */
export interface OutboxStore {
  put(entry: Entry): void | Promise<void>;
  remove(command_id: CommandId): void | Promise<void>;
  /** In the order in which they were put. */
  all(): readonly Entry[] | Promise<readonly Entry[]>;
}

/** Entries in memory: over reconnects, not over restarts. */
export class MemoryOutbox implements OutboxStore {
  readonly #entries = new Map<CommandId, Entry>();

  put(entry: Entry): void {
    this.#entries.set(entry.command_id, entry);
  }

  remove(command_id: CommandId): void {
    this.#entries.delete(command_id);
  }

  all(): readonly Entry[] {
    return [...this.#entries.values()];
  }
}

/** What is done with an entry: sent, and told when it was answered. */
export type Carry = (entry: Entry) => void;

export class Outbox {
  readonly kept = new Cell<readonly Kept[]>([]);
  readonly #store: OutboxStore;
  readonly #carry: Carry;
  /** Entries of an earlier run: nobody waits for them here. */
  #restored: Entry[] = [];
  #me: AgentId | undefined;

  constructor(store: OutboxStore, carry: Carry) {
    this.#store = store;
    this.#carry = carry;
  }

  /** Reads what an earlier run left. It is carried once it is known who this client is. */
  async restore(): Promise<void> {
    const entries = await this.#store.all();
    const known = new Set(this.kept.value.map((kept) => kept.command_id));
    this.#restored = entries.filter((entry) => !known.has(entry.command_id));
    this.#takeRestored();
  }

  /** Who this client is: what was given before gets its name, and its own entries are carried. */
  welcomed(me: AgentId): void {
    this.#me = me;
    for (const kept of this.kept.value) {
      if (kept.agent_id === undefined && kept.refused === undefined) void this.#name(kept, me);
    }
    this.#takeRestored();
  }

  /** What cannot be written again waits for a decision in the next run. */
  async #name(entry: Entry, me: AgentId): Promise<void> {
    const own = { ...entry, agent_id: me };
    this.kept.set(this.kept.value.map((kept) => (kept === entry ? own : kept)));
    await Promise.resolve(this.#store.put(own)).catch(() => undefined);
  }

  /** Keeps a command, then carries it, unless it was dropped meanwhile. Rejects when the store does. */
  async give(entry: Entry): Promise<void> {
    const own: Entry = this.#me === undefined ? entry : { ...entry, agent_id: this.#me };
    this.#add(own);
    try {
      const put = this.#store.put(own);
      if (put !== undefined) await put;
    } catch (error) {
      this.#forget(own.command_id);
      throw error;
    }
    if (this.kept.value.some((kept) => kept.command_id === own.command_id)) this.#carry(own);
    else await this.#store.remove(own.command_id);
  }

  get full(): boolean {
    return this.kept.value.length >= ENTRIES_MAX;
  }

  /** It was answered, or is not wanted any more. */
  remove(command_id: CommandId): void {
    this.#forget(command_id);
    // What could not be removed is sent again by the next run, and answered as before.
    Promise.resolve(this.#store.remove(command_id)).catch(() => undefined);
  }

  /** An entry of an earlier run was refused: it stays for a decision. */
  refused(command_id: CommandId, refused: ErrorBody): void {
    const marked = (kept: Kept): Kept => (kept.command_id === command_id ? { ...kept, refused } : kept);
    this.kept.set(this.kept.value.map(marked));
  }

  #takeRestored(): void {
    const me = this.#me;
    if (me === undefined) return;
    const own = this.#restored.filter((entry) => (entry.agent_id ?? me) === me).slice(0, ENTRIES_MAX);
    this.#restored = [];
    for (const entry of own) {
      const nobodys = entry.agent_id === undefined;
      this.#add(
        nobodys ? { ...entry, refused: ownRefusal('not_allowed', 'nobody knows who gave it') } : entry,
      );
      if (!nobodys) this.#carry(entry);
    }
  }

  #add(entry: Kept): void {
    this.kept.set([...this.kept.value.filter((kept) => kept.command_id !== entry.command_id), entry]);
  }

  #forget(command_id: CommandId): void {
    this.kept.set(this.kept.value.filter((kept) => kept.command_id !== command_id));
  }
}
