"""A client's place in the log: the newest seq it folded and the cursor it resumes with.

It decides which events are repeated; it never talks to anybody.
"""

from .frames import Cursor, Seq


class Position:
    """Where a client stands, over all its connections."""

    def __init__(self) -> None:
        self.seq = Seq(0)
        """Everything visible up to here was told."""
        self.cursor: Cursor | None = None
        """What to resume from; None when that is not possible."""
        self._offered: tuple[Cursor, Seq] | None = None
        """From `welcome`: of use once everything up to its seq was folded."""
        self._whole = False
        """Whether a snapshot was folded to its end."""

    def forget(self) -> None:
        """Nothing of what was is known any more."""
        self.seq = Seq(0)
        self.cursor = None
        self._offered = None
        self._whole = False

    def offer(self, cursor: Cursor, seq: Seq) -> None:
        """A snapshot begins that leads to `cursor`."""
        self.forget()
        self._offered = (cursor, seq)

    def snapshot(self, seq: Seq) -> None:
        """The snapshot is whole."""
        self.seq = seq
        self._whole = True
        self._take_offer()

    def advance(self, seq: Seq) -> bool:
        """Whether an event with this seq is new."""
        if seq <= self.seq:
            return False
        self.seq = seq
        self._take_offer()
        return True

    def reached(self, cursor: Cursor, seq: Seq | None = None) -> None:
        """Everything visible up to `cursor` was sent; `seq` where it is known."""
        if not self._whole:
            return
        if seq is not None:
            self.seq = max(self.seq, seq)
        self.cursor = cursor
        self._offered = None

    def _take_offer(self) -> None:
        if self._offered is not None and self._offered[1] <= self.seq:
            self.cursor = self._offered[0]
            self._offered = None
