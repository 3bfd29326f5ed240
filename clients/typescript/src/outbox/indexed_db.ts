// Unanswered commands in a browser's IndexedDB, in the order of their ids, which is that of time.

import type { CommandId } from '../frames.js';
import type { Entry, OutboxStore } from '../outbox.js';

const ENTRIES = 'entries';

/** Entries in a database of their own. */
export class IndexedDbOutbox implements OutboxStore {
  readonly #opened: Promise<IDBDatabase>;

  constructor(name = 'parloir.outbox', factory: IDBFactory = globalThis.indexedDB) {
    this.#opened = open(name, factory);
    // Whoever uses it hears of it.
    this.#opened.catch(() => undefined);
  }

  async put(entry: Entry): Promise<void> {
    await this.#run('readwrite', (entries) => entries.put(entry));
  }

  async remove(command_id: CommandId): Promise<void> {
    await this.#run('readwrite', (entries) => entries.delete(command_id));
  }

  async all(): Promise<readonly Entry[]> {
    return this.#run<Entry[]>('readonly', (entries) => entries.getAll());
  }

  async #run<T>(mode: IDBTransactionMode, ask: (entries: IDBObjectStore) => IDBRequest): Promise<T> {
    const transaction = (await this.#opened).transaction(ENTRIES, mode);
    const request = ask(transaction.objectStore(ENTRIES));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result as T);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function open(name: string, factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ENTRIES, { keyPath: 'command_id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
