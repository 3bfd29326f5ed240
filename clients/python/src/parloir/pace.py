"""How many frames may be sent now, so that the server never has to end the connection for sending too fast."""

_BURST_SPARED = 0.1
"""The part of the burst that is left to what goes out unasked, and to frames that arrive closer together."""
_RATE_SPARED = 0.02
"""The part of the rate that makes up for pongs and for clocks that do not run alike."""


class Pace:
    """A bucket of frames that fills with time; times in seconds of one clock."""

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self._per_second = max(1.0, per_second) * (1 - _RATE_SPARED)
        self._burst = max(1.0, burst * (1 - _BURST_SPARED))
        self._left = self._burst
        self._at = now

    def take(self, now: float) -> float:
        """Takes one frame's place: the seconds until it may be sent, 0 for now."""
        self._left = min(self._burst, self._left + max(0.0, now - self._at) * self._per_second) - 1
        self._at = now
        return max(0.0, -self._left / self._per_second)
