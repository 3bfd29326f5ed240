// Searches that stay open, as applications hold them. What folds them is loaded with the first one: most programs open
// none.

import { ownRefusal } from './errors.js';
import type { Building, Change, Hit, SearchConversations, Seq, Total } from './frames.js';
import { Cell, type Live } from './live.js';
import type { Load } from './screen.js';
import type { OpenSearches, WatchAsker } from './watch.js';

/** The list of an open search. */
export interface WatchValue {
  readonly load: Load;
  /** The best first. */
  readonly hits: readonly Hit[];
  /** How many match, when they are counted. */
  readonly total: Total | undefined;
  /** Present while hits may be missing. */
  readonly building: Building | undefined;
  /** The list holds everything up to here. */
  readonly seq: Seq;
}

/** An open search. It survives reconnects and ends with `close`. */
export interface Watching extends Live<WatchValue> {
  close(): void;
}

/** What a search is before its first reply. */
const EMPTY: WatchValue = {
  load: { name: 'loading' },
  hits: [],
  total: undefined,
  building: undefined,
  seq: 0,
};

export class Watches {
  readonly #asker: WatchAsker;
  #searches: OpenSearches | undefined;

  constructor(asker: WatchAsker) {
    this.#asker = asker;
  }

  open(params: SearchConversations): Watching {
    const cell = new Cell(EMPTY);
    let stop: (() => void) | undefined;
    let closed = false;
    const begin = async (): Promise<void> => {
      const { OpenSearches } = await import('./watch.js');
      this.#searches ??= new OpenSearches(this.#asker);
      if (!closed) stop = this.#searches.open(params, cell);
    };
    begin().catch((error: unknown) => {
      cell.set({ ...EMPTY, load: { name: 'refused', error: ownRefusal('unavailable', String(error)) } });
    });
    return {
      get value(): WatchValue {
        return cell.value;
      },
      subscribe: (run) => cell.subscribe(run),
      close: () => {
        closed = true;
        stop?.();
      },
    };
  }

  fold(change: Change): void {
    this.#searches?.fold(change);
  }

  /** The connection was lost. */
  lost(): void {
    this.#searches?.lost();
  }
}
