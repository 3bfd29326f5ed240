"""Close codes and what they mean for coming back (PROTOCOL.md, section 14). It closes nothing."""

from typing import Literal

CloseName = Literal[
    "shutdown",
    "internal",
    "reset_required",
    "hello_timeout",
    "slow_reader",
    "no_pong",
    "rate_limited",
    "rights_changed",
    "bad_frame",
    "unauthenticated",
    "forbidden",
    "revoked",
    "unsupported_version",
    "frame_too_large",
]
"""The name of a close code."""

CLOSE_CODES: dict[CloseName, int] = {
    "shutdown": 4000,
    "internal": 4001,
    "reset_required": 4002,
    "hello_timeout": 4008,
    "slow_reader": 4009,
    "no_pong": 4010,
    "rate_limited": 4029,
    "rights_changed": 4040,
    "bad_frame": 4500,
    "unauthenticated": 4501,
    "forbidden": 4503,
    "revoked": 4504,
    "unsupported_version": 4505,
    "frame_too_large": 4509,
}
"""The server's own codes by name. From 4000 to 4499: connect again. From 4500: something must change first."""

NORMAL = 1000
"""The client left."""
NO_STATUS = 1005
"""A close frame without a code."""
ABNORMAL = 1006
"""What a connection without a close frame ended with."""
UNREADABLE = 1007
"""A frame of the server that is none: trying again would bring it again."""

_OF_WEBSOCKET = frozenset({1001, ABNORMAL, 1011, 1012, 1013})


def reconnects(code: int) -> bool:
    """Whether connecting again may help."""
    return 4000 <= code < 4500 or code in _OF_WEBSOCKET


def close_code(name: str) -> int | None:
    """The code that a `goodbye` names."""
    return next((code for known, code in CLOSE_CODES.items() if known == name), None)
