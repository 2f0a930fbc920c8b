"""Regular expressions whose time is linear in the text, whoever wrote them.

A thin typed face on RE2 (https://github.com/google/re2/wiki/Syntax: no look-around, no back
references). Built-in rules use it to find where a secret may begin, many patterns in one pass;
rules of a person use it because their regex may explode in a backtracking engine.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import re2  # type: ignore[import-untyped]

_GATE_BYTES = 32 << 20
_ANYWHERE = re2._re2.RE2.Anchor.UNANCHORED
# What may stand before the first character of a word, though its last character is a letter or digit.
ESCAPE_LEAD = r"(?:\\[nrtbfv0]|%[0-9A-Fa-f]{2}|[xX][0-9A-Fa-f]{2}|u00[0-9A-Fa-f]{2}|\[[0-9;]{0,12}m)"


class Finder:
    """Finds the spans of one built-in pattern in ASCII bytes; `lead` stands before it and is no part.

    A `pattern` with a lead has no groups of its own.
    """

    def __init__(self, pattern: str, lead: str = "") -> None:
        self.pattern = (f"{lead}({pattern})" if lead else pattern).encode("ascii")
        # The engine itself: the package's own loop makes four objects of every match.
        self._regex = re2._re2.RE2(self.pattern, _byte_options(capture=bool(lead)))
        if not self._regex.ok():
            raise ValueError(f"no linear regex: {pattern}")
        self._group = 1 if lead else 0

    def spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Non-overlapping (start, end), leftmost first."""
        match, group, end = self._regex.Match, self._group, len(data)
        span = match(_ANYWHERE, data, 0, end)[group]
        while span[1] > 0:
            yield span
            span = match(_ANYWHERE, data, span[1], end)[group]

    def search(self, data: bytes, start: int) -> tuple[int, int] | None:
        """The span of the first match at or after `start`."""
        span: tuple[int, int] = self._regex.Match(_ANYWHERE, data, start, len(data))[self._group]
        return span if span[1] > 0 else None


class Gate:
    """Tells in one pass which of many finders would find something at all."""

    def __init__(self, finders: Iterable[Finder]) -> None:
        options = _byte_options()
        options.max_mem = _GATE_BYTES
        self.finders = tuple(finders)
        self._set = re2._re2.Set(_ANYWHERE, options)
        for finder in self.finders:
            self._set.Add(finder.pattern)
        self._set.Compile()

    def open_to(self, data: bytes) -> list[Finder]:
        """The finders with at least one match in `data`."""
        return [self.finders[place] for place in self._set.Match(data)]


def _byte_options(*, capture: bool = False) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = not capture
    return options


def any_of(patterns: Iterable[str]) -> str:
    """One pattern that matches where any of `patterns` does, the first of them preferred."""
    return "(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")"


class Openers:
    """Tells in one look which of many patterns match right at the beginning of some bytes."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._set = re2._re2.Set(re2._re2.RE2.Anchor.ANCHOR_START, _byte_options())
        for pattern in patterns:
            self._set.Add(pattern.encode("ascii"))
        self._set.Compile()

    def matching(self, data: bytes) -> list[int]:
        """The places of the patterns that match, in order."""
        return sorted(self._set.Match(data))


class UserRegex:
    """A regex written by a person, over text of any script.

    Raises ValueError, in words for a person, when RE2 can't take it.
    """

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        try:
            self._regex = re2.compile(pattern, options)
        except re2.error as error:
            raise ValueError(_refusal(error)) from error
        self._group = 1 if self._regex.groups else 0

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Spans of group 1 where the regex has a group, else of the whole match; none is empty."""
        for match in self._regex.finditer(_encodable(text)):
            start, end = match.span(self._group)
            if 0 <= start < end:
                yield start, end

    def covers(self, text: str) -> bool:
        """True when the regex matches the whole of `text`."""
        return self._regex.fullmatch(_encodable(text)) is not None


def _refusal(error: Exception) -> str:
    reason = error.args[0] if error.args else "unknown reason"
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return (
        f"not a regex that runs in linear time: {words} (look-around and back references are not supported)"
    )


def _encodable(text: str) -> str:
    """The text with lone surrogates replaced one for one: RE2 wants UTF-8, offsets must stay."""
    return text.encode("utf-8", "replace").decode("utf-8")
