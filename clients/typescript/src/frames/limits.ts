// The bounds of a connection as `welcome` states them (PROTOCOL.md, section 15), and the values before it.

/** Every bound of a connection. Bytes and milliseconds as the names say. */
export interface Limits {
  readonly profile: string;
  readonly frame_bytes_max: number;
  readonly snapshot_part_bytes: number;
  readonly depth_max: number;
  readonly text_chars_max: number;
  readonly page_rows: number;
  readonly page_rows_max: number;
  readonly in_flight_max: number;
  readonly frames_per_second: number;
  readonly frames_burst: number;
  readonly hello_timeout_ms: number;
  readonly heartbeat_ms: number;
  readonly pong_timeout_ms: number;
  readonly send_timeout_ms: number;
  readonly checkpoint_ms: number;
  readonly typing_ms: number;
  readonly viewing_ms: number;
  readonly search_text_chars_max: number;
  readonly search_count_max: number;
  readonly search_ms_max: number;
  readonly watches_max: number;
}

/** The profile `default`. */
export const DEFAULT_LIMITS: Limits = {
  profile: 'default',
  frame_bytes_max: 65_536,
  snapshot_part_bytes: 65_536,
  depth_max: 32,
  text_chars_max: 4_096,
  page_rows: 50,
  page_rows_max: 200,
  in_flight_max: 64,
  frames_per_second: 50,
  frames_burst: 200,
  hello_timeout_ms: 5_000,
  heartbeat_ms: 20_000,
  pong_timeout_ms: 20_000,
  send_timeout_ms: 10_000,
  checkpoint_ms: 1_000,
  typing_ms: 20_000,
  viewing_ms: 60_000,
  search_text_chars_max: 256,
  search_count_max: 1_000,
  search_ms_max: 250,
  watches_max: 4,
};
