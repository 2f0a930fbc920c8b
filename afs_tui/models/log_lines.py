"""The last lines of a log in bounded memory, also as views of one level and above, and search in them.

Lines are numbered from the first ever added, so a place in the log stays the same while old lines fall out.
Pure; adding is O(1) a line.
"""

from collections.abc import Iterable

import msgspec

LEVELS = ("debug", "info", "warning", "error")


class LogEntry(msgspec.Struct, frozen=True, gc=False):
    """One line: its number since the start, its level and its text as it came.

    Without `gc`, fifty thousand lines are nothing that the garbage collector looks through.
    """

    number: int
    level: str
    text: str


class LogView:
    """The lines of one level and above, the oldest first; loses its front in large pieces."""

    def __init__(self) -> None:
        self._entries: list[LogEntry] = []
        self._head = 0
        self.dropped = 0
        """Lines of this view that have fallen out of the ring."""

    def __len__(self) -> int:
        return len(self._entries) - self._head

    def entry(self, place: int) -> LogEntry:
        """The line at `place`, 0 being the oldest that is still there."""
        return self._entries[self._head + place]

    def append(self, entry: LogEntry) -> None:
        self._entries.append(entry)

    def drop_before(self, number: int) -> None:
        """Forgets the lines before `number`."""
        while self._head < len(self._entries) and self._entries[self._head].number < number:
            self._head += 1
            self.dropped += 1
        if self._head > len(self._entries) // 2:
            del self._entries[: self._head]
            self._head = 0

    def find(self, wanted: str, start: int, step: int) -> int | None:
        """The place of the next line with `wanted` (any case) from `start` on, around the ends.

        `step` is 1 (later) or -1 (earlier). None: no line has it.
        """
        low = wanted.casefold()
        for distance in range(len(self)) if low else ():
            place = (start + distance * step) % len(self)
            if low in self.entry(place).text.casefold():
                return place
        return None


class LogLines:
    """A ring of the last `capacity` lines."""

    def __init__(self, capacity: int = 50_000) -> None:
        self.capacity = capacity
        self.added = 0
        self._views = {level: LogView() for level in LEVELS}

    def extend(self, lines: Iterable[tuple[str, str]]) -> None:
        """Adds lines as (level, text); an unknown level counts as info."""
        for level, text in lines:
            rank = LEVELS.index(level) if level in LEVELS else 1
            entry = LogEntry(self.added, LEVELS[rank], text)
            self.added += 1
            for name in LEVELS[: rank + 1]:
                self._views[name].append(entry)
        for view in self._views.values():
            view.drop_before(self.added - self.capacity)

    def view(self, level: str = "debug") -> LogView:
        """What is there of `level` and above."""
        return self._views[level]
