// The package: everything that an application needs to join a queue.

export { Client, type CommandOptions, type Sending } from './client.js';
export * from './frames.js';
export type { Live } from './live.js';
export type { Options, Socket, Token, TokenProvider } from './options.js';
export type { Entry, Kept, OutboxStore } from './outbox.js';
export type * from './screen.js';
export type { State } from './state.js';
export type { UploadOptions } from './upload.js';
export type { Watching, WatchValue } from './watch.js';
