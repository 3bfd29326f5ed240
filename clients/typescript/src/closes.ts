// Close codes and what they mean for coming back (PROTOCOL.md, section 14).

/** The server's own codes by name. From 4000 to 4499: connect again. From 4500: something must change first. */
export const CLOSE_CODES = {
  shutdown: 4000,
  internal: 4001,
  reset_required: 4002,
  hello_timeout: 4008,
  slow_reader: 4009,
  no_pong: 4010,
  rate_limited: 4029,
  rights_changed: 4040,
  bad_frame: 4500,
  unauthenticated: 4501,
  forbidden: 4503,
  revoked: 4504,
  unsupported_version: 4505,
  frame_too_large: 4509,
} as const;

/** The name of a close code. */
export type CloseName = keyof typeof CLOSE_CODES;

/** What a connection without a close frame ended with. */
export const ABNORMAL = 1006;
/** A frame of the server that is none: trying again would bring it again. */
export const UNREADABLE = 1007;

const OF_WEBSOCKET: readonly number[] = [1001, ABNORMAL, 1011, 1012, 1013];

/** Whether connecting again may help. */
export function reconnects(code: number): boolean {
  return (code >= 4000 && code < 4500) || OF_WEBSOCKET.includes(code);
}

/** The code that a `goodbye` names. */
export function closeCode(name: string): number | undefined {
  return Object.hasOwn(CLOSE_CODES, name) ? CLOSE_CODES[name as CloseName] : undefined;
}
