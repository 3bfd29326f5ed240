"""How long to wait before the next try to connect: a random time under a ceiling that doubles.

It never waits itself.
"""

_DOUBLINGS_MAX = 16


class Backoff:
    """Full jitter between a floor and a ceiling that doubles, in milliseconds."""

    def __init__(self, floor_ms: float = 500, ceiling_ms: float = 10_000) -> None:
        self._floor_ms = floor_ms
        self._ceiling_ms = max(ceiling_ms, floor_ms)
        self._failures = 0

    def pause_ms(self, chance: float) -> float:
        """The pause before the next try; `chance` is anything from 0 up to 1."""
        self._failures = min(self._failures + 1, _DOUBLINGS_MAX)
        ceiling = min(self._floor_ms * 2**self._failures, self._ceiling_ms)
        return self._floor_ms + (ceiling - self._floor_ms) * chance

    def reset(self) -> None:
        """A connection stands: the next pause is short again."""
        self._failures = 0
