// The package: everything that an application needs to join a queue.

export { Client, type CommandOptions, type QueryOptions, type Sending } from './client.js';
export { ABNORMAL, CLOSE_CODES, type CloseName, closeCode, reconnects, UNREADABLE } from './closes.js';
export {
  CommandError,
  Dropped,
  Ended,
  ERROR_CODES,
  type ErrorCode,
  isErrorCode,
  isTemporary,
  QueryError,
  Refused,
} from './errors.js';
export { hitId } from './frames/search.js';
export * from './frames.js';
export type { Live } from './live.js';
export type { Options, Socket, Token, TokenProvider } from './options.js';
export { IndexedDbOutbox } from './outbox/indexed_db.js';
export { LocalStorageOutbox } from './outbox/local_storage.js';
export { type Entry, type Kept, MemoryOutbox, type OutboxStore } from './outbox.js';
export type * from './screen.js';
export type { State } from './state.js';
export { Store } from './store.js';
export type { Gap, Told } from './stream.js';
export type { UploadOptions } from './upload.js';
export { uuidv7 } from './uuid.js';
export type { Watching, WatchValue } from './watching.js';
