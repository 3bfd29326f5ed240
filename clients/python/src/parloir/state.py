"""Where a client's connection is, in words. It decides nothing."""

from dataclasses import dataclass
from typing import Literal

StateName = Literal["connecting", "live", "resuming", "offline", "closed"]
"""`connecting`: without a place to resume from. `live`: everything that happens arrives.

`resuming`: connecting again, to go on where it was. `offline`: waiting before the next try. `closed`: over,
connecting again would not help.
"""


@dataclass(frozen=True, slots=True)
class State:
    """Where a connection is.

    `reason` says why it is offline or closed, `retry_ms` when the next try comes, `code` is the close code of a
    closed one: 1000 when the client left.
    """

    name: StateName
    reason: str | None = None
    retry_ms: float | None = None
    code: int | None = None
