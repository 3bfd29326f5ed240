// Searches that stay open.

import type { Building, Hit, Seq, Total } from './frames.js';
import type { Live } from './live.js';
import type { Load } from './screen.js';

/** The list of an open search. */
export interface WatchValue {
  readonly load: Load;
  readonly hits: readonly Hit[];
  readonly total: Total | undefined;
  readonly building: Building | undefined;
  readonly seq: Seq;
}

/** An open search. It survives reconnects and ends with `close`. */
export interface Watching extends Live<WatchValue> {
  close(): void;
}
