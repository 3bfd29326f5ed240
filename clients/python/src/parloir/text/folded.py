"""A folded text that still knows where each part of it was written. It never says what a part means."""

from parloir.frames import Range

from .fold import fold_character, is_attached


class Folded:
    """A folded text with the way back to the characters that it was made of."""

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        self._runs: list[list[int]] = []
        self._of: list[int] = []
        for at, character in enumerate(text):
            part = fold_character(character)
            if part:
                self._of.extend([len(self._runs)] * len(part))
                self._runs.append([at, at + 1])
                parts.append(part)
            elif self._runs and is_attached(character):
                self._runs[-1][1] = at + 1
        self.text = "".join(parts)

    def written(self, start: int, end: int) -> Range:
        """The characters of the original text that these characters of the folded one came from."""
        last = self._runs[-1][1] if self._runs else 0
        first = self._runs[self._of[start]][0] if start < len(self._of) else last
        if end <= start:
            return first, first
        return first, self._runs[self._of[end - 1]][1] if end - 1 < len(self._of) else last
