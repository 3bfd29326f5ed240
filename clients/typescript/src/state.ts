// Where a client's connection is, in words. It decides nothing.

/** Where a connection is. */
export type State =
  /** Connecting without a place to resume from. */
  | { readonly name: 'connecting' }
  /** Everything that happens arrives. */
  | { readonly name: 'live' }
  /** Connecting again, to go on where it was. */
  | { readonly name: 'resuming' }
  /** Waiting before the next try, which comes after `retryMs`. */
  | { readonly name: 'offline'; readonly reason: string; readonly retryMs: number }
  /** Over: connecting again would not help. `code` is a close code, 1000 when the client left. */
  | { readonly name: 'closed'; readonly code: number; readonly reason: string };
