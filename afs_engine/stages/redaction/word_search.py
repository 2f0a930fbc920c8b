"""Words that open a rule, all found in one look: key prefixes, header names, stems of secrets' names.

A word may ask for what stands before and after it, so that most of what looks like one is passed over
before a rule is asked. The compiled core does it where there is one, linear patterns do it elsewhere; both
may give a place too many, never one too few. Knows no rule.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from afs_engine.data.compiled_words import (
    AFTER_NO_WORD,
    ANYWHERE,
    AT_WORD_START,
    NO_NAMES,
    CompiledWords,
    Hit,
    NameRule,
    WordRule,
)
from afs_engine.data.core_library import load_library
from afs_engine.stages.redaction.linear_search import ESCAPE_LEAD, Finder, any_of

# Two looks where escapes may stand before a word: a part of one can itself open a word.
_LEADS = {ANYWHERE: ("",), AT_WORD_START: ("(?:^|[^0-9A-Za-z])", ESCAPE_LEAD), AFTER_NO_WORD: (r"(?:^|\W)",)}
_NAME_REST = re.compile(r"[\w.\-]*")
_NAME_MARKS = frozenset(filter(re.compile(r"[\w.\-]", re.ASCII).match, map(chr, range(128))))
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Word:
    """At least `least` characters of class `body` must follow `text`, or `wrapped` and a line's end; then
    one of class `then`. Classes are written as in regular expressions, and empty for any."""

    text: str
    body: str = ""
    least: int = 0
    wrapped: int = 0
    then: str = ""

    def rest(self) -> str:
        """What follows, as a regular expression."""
        if not self.body:
            return self.then
        wrapped = rf"|{self.body}{{{self.wrapped},}}[\r\n]" if self.wrapped else ""
        return rf"(?:{self.body}{{{self.least}{',' if self.then else ''}}}{self.then}{wrapped})"


@dataclass(frozen=True, eq=False)
class WordGroup:
    """Words of one rule, in lower case where `any_case`; where `longest_only`, that of those at one place."""

    words: tuple[Word, ...]
    lead: int = ANYWHERE
    any_case: bool = False
    longest_only: bool = False

    def find(self, data: bytes) -> Iterator[Hit]:
        """What the core finds, by a linear pattern for the words and a look at what follows each."""
        starts = {start for finder in self._finders for start, _ in finder.spans(data)}
        for start in sorted(starts):
            for length in self._lengths:
                text = data[start : start + length]
                places = self._places.get(text.lower() if self.any_case else text, ())
                for place, rest in places:
                    if rest.match(data, start + length):
                        yield start, start + length, place, 0, 0
                if places and self.longest_only:
                    break

    @cached_property
    def _finders(self) -> list[Finder]:
        texts = sorted({word.text for word in self.words}, key=lambda text: (len(text), text))
        pattern = any_of(map(re.escape, texts))  # the shortest first, for it leaves the most to the next
        pattern = f"(?i:{pattern})" if self.any_case else pattern
        return [Finder(pattern, lead) for lead in _LEADS[self.lead]]

    @cached_property
    def _places(self) -> dict[bytes, list[tuple[int, re.Pattern[bytes]]]]:
        places: dict[bytes, list[tuple[int, re.Pattern[bytes]]]] = {}
        for place, word in enumerate(self.words):
            places.setdefault(word.text.encode(), []).append((place, re.compile(word.rest().encode())))
        return places

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(word.text) for word in self.words}, reverse=True)


@dataclass(frozen=True, eq=False)
class NameGroup(WordGroup):
    """Stems of names; what is found is the name around a stem, once, where something is joined to it.

    `pattern` says so in full for the linear engine; `rule` is what the core goes by.
    """

    pattern: str = ""
    rule: NameRule | None = None

    def find(self, data: bytes) -> Iterator[Hit]:
        """The names found by the linear pattern."""
        text, done = data.decode("ascii"), 0
        while span := self._finder.search(data, done):
            rest = _NAME_REST.match(text, span[0])
            end = rest.end() if rest else span[0]
            start = end
            while start > max(done, end - _LONGEST_NAME) and text[start - 1] in _NAME_MARKS:
                start -= 1
            done = end
            yield start, end, 0, 0, 0

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.pattern)


class WordSearch:
    """Looks for the words of all groups at once."""

    def __init__(self, groups: Sequence[WordGroup]) -> None:
        self.groups = tuple(groups)
        names = next((group.rule for group in groups if isinstance(group, NameGroup)), None)
        library = load_library()
        self._core = CompiledWords(library, self._rules(), names or NO_NAMES) if library else None

    def find(self, data: bytes) -> Mapping[WordGroup, Sequence[Hit]]:
        """The hits of each group that has any, in order."""
        if self._core:
            return {self.groups[number]: hits for number, hits in self._core.find(data)}
        found = {group: list(group.find(data)) for group in self.groups}
        return {group: hits for group, hits in found.items() if hits}

    def _rules(self) -> list[WordRule]:
        return [
            WordRule(
                each.text,
                number,
                place,
                group.lead,
                group.any_case,
                group.longest_only,
                each.body,
                each.least,
                each.wrapped,
                each.then,
            )
            for number, group in enumerate(self.groups)
            for place, each in enumerate(group.words)
        ]
