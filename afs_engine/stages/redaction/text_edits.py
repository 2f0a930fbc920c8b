"""A text under redaction: the original, what is replaced in it, and how it reads now.

Lets a text be scanned again with its placeholders in place while every finding keeps its offsets in
the original. Knows nothing of rules.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from afs_engine.stages.redaction.findings import Candidate, Finding

Naming = Callable[[Candidate, str], str]


class TextEdits:
    """Replacements in one text. `current` is the text with all of them made."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.current = original
        self._edits: list[tuple[Candidate, str]] = []
        self._findings: tuple[Finding, ...] = ()

    def replace(self, found: Iterable[Candidate], name: Naming) -> None:
        """Replaces findings of `current` by what `name(finding, secret)` gives, in their order."""
        added = self._to_original(found) if self._edits else found
        self._edits += [(each, name(each, self.original[each.start : each.end])) for each in added]
        self._edits.sort(key=lambda edit: edit[0].start)
        self.current = self._render()
        self._findings = tuple([Finding(each.start, each.end, each.kind) for each, _ in self._edits])

    def findings(self) -> tuple[Finding, ...]:
        """All replaced parts, by their place in the original."""
        return self._findings

    def values(self) -> list[tuple[Candidate, str]]:
        """Each finding with the secret itself, for a search of its other appearances."""
        return [(each, self.original[each.start : each.end]) for each, _ in self._edits]

    def surroundings(self, lines: int, characters: int) -> list[tuple[int, int]]:
        """Spans of `current` in whole lines: each replacement with so much at least on both sides of it."""
        spans: list[tuple[int, int]] = []
        for start, end in self._placeholder_spans():
            first = _lines_before(self.current, start - characters, lines)
            last = _lines_after(self.current, end + characters, lines)
            if spans and first <= spans[-1][1]:
                spans[-1] = spans[-1][0], max(last, spans[-1][1])
            else:
                spans.append((first, last))
        return spans

    def _placeholder_spans(self) -> Iterator[tuple[int, int]]:
        grown = 0
        for each, placeholder in self._edits:
            start = each.start + grown
            yield start, start + len(placeholder)
            grown += len(placeholder) - each.length

    def _to_original(self, found: Iterable[Candidate]) -> list[Candidate]:
        """The same findings counted in the original; none overlaps an earlier replacement."""
        grown = list(
            accumulate((len(placeholder) - each.length for each, placeholder in self._edits), initial=0)
        )
        starts = [each.start + before for (each, _), before in zip(self._edits, grown, strict=False)]
        return [each.shifted(-grown[bisect_left(starts, each.start)]) for each in found]

    def _render(self) -> str:
        parts: list[str] = []
        done = 0
        for each, placeholder in self._edits:
            parts += self.original[done : each.start], placeholder
            done = each.end
        return "".join([*parts, self.original[done:]])


Edits = dict[int, TextEdits]
"""The changed texts, by their place."""
KeyEdits = dict[str, TextEdits]
"""The changed keys of a value."""


def _lines_before(text: str, position: int, lines: int) -> int:
    """Where the line begins that stands so many above that of `position`."""
    for _ in range(lines + 1):
        position = text.rfind("\n", 0, max(0, position))
    return position + 1


def _lines_after(text: str, position: int, lines: int) -> int:
    """Where the line ends that stands so many below that of `position`."""
    for _ in range(lines + 1):
        position = text.find("\n", position + 1)
        if position < 0:
            return len(text)
    return position
