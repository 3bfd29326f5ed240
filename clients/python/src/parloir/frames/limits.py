"""The bounds of a connection as `welcome` states them (PROTOCOL.md, section 15), and the values before it."""

from .record import Record


class Limits(Record, frozen=True, kw_only=True, omit_defaults=False):
    """Every bound of a connection. Bytes and milliseconds as the names say; the values are profile `default`'s."""

    profile: str = "default"
    frame_bytes_max: int = 65_536
    snapshot_part_bytes: int = 65_536
    depth_max: int = 32
    text_chars_max: int = 4_096
    page_rows: int = 50
    page_rows_max: int = 200
    in_flight_max: int = 64
    frames_per_second: int = 50
    frames_burst: int = 200
    hello_timeout_ms: int = 5_000
    heartbeat_ms: int = 20_000
    pong_timeout_ms: int = 20_000
    send_timeout_ms: int = 10_000
    checkpoint_ms: int = 1_000
    typing_ms: int = 20_000
    viewing_ms: int = 60_000
    search_text_chars_max: int = 256
    search_count_max: int = 1_000
    search_ms_max: int = 250
    watches_max: int = 4
