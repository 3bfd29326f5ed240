// Unanswered commands in a browser's localStorage: few and small. Every tab of an agent may share one: a command
// that two of them send happens once.

import type { CommandId } from '../frames.js';
import type { Entry, OutboxStore } from '../outbox.js';

/** The part of a `Storage` that is used. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  readonly length: number;
  key(index: number): string | null;
}

/** Entries under `prefix` and their id, one item each. `put` throws when there is no room. */
export class LocalStorageOutbox implements OutboxStore {
  readonly #prefix: string;
  readonly #storage: TextStorage;

  constructor(prefix = 'parloir.outbox.', storage: TextStorage = globalThis.localStorage) {
    this.#prefix = prefix;
    this.#storage = storage;
  }

  put(entry: Entry): void {
    this.#storage.setItem(this.#prefix + entry.command_id, JSON.stringify(entry));
  }

  remove(command_id: CommandId): void {
    this.#storage.removeItem(this.#prefix + command_id);
  }

  all(): readonly Entry[] {
    const keys = Array.from({ length: this.#storage.length }, (_, at) => this.#storage.key(at) ?? '');
    const own = keys.filter((key) => key.startsWith(this.#prefix)).sort();
    return own.flatMap((key) => read(this.#storage.getItem(key)));
  }
}

/** Something else under our prefix is left alone. */
function read(text: string | null): Entry[] {
  try {
    const entry = JSON.parse(text ?? '') as Partial<Entry>;
    return typeof entry.command_id === 'string' && typeof entry.name === 'string' ? [entry as Entry] : [];
  } catch {
    return [];
  }
}
