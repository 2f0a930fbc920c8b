"""The door to the part of the compiled core that looks for words (`core_words.c`).

Owns the layout of its tables. What the words are, and how they are found where there is no core, stands in
`stages/redaction/word_search.py`.
"""

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from msgspec import Struct

ANYWHERE, AT_WORD_START, AFTER_NO_WORD = range(3)
NO_CLASS = 255
_CHARACTERS = [chr(code) for code in range(128)]
_FEWEST = 1024


class WordRule(Struct, frozen=True):
    """One word as `Word` in C has it; classes are those of regular expressions, empty for none."""

    text: str
    group: int
    lead: int
    any_case: bool
    body: str
    least: int
    wrapped: int
    then: str


class NameRule(Struct, frozen=True):
    """What `Words` in C says about names; `group` is that of their words."""

    group: int
    name: str
    joins: str
    marks: str


class _Word(ctypes.Structure):
    _fields_ = (
        ("start", ctypes.c_uint32),
        ("length", ctypes.c_uint32),
        ("group", ctypes.c_uint32),
        ("least", ctypes.c_uint32),
        ("wrapped", ctypes.c_uint32),
        ("body", ctypes.c_uint8),
        ("then", ctypes.c_uint8),
        ("lead", ctypes.c_uint8),
        ("any_case", ctypes.c_uint8),
    )


class _Words(ctypes.Structure):
    _fields_ = (
        ("words", ctypes.POINTER(_Word)),
        ("bytes", ctypes.c_char_p),
        ("classes", ctypes.POINTER(ctypes.c_uint64)),
        ("first", ctypes.POINTER(ctypes.c_uint16)),
        ("lists", ctypes.POINTER(ctypes.c_int16)),
        ("names", ctypes.c_uint32),
        ("name", ctypes.c_uint8),
        ("joins", ctypes.c_uint8),
        ("marks", ctypes.c_uint8),
    )


class CompiledWords:
    """The search for `rules`, at most 64 groups and classes of them."""

    def __init__(self, library: ctypes.CDLL, rules: Sequence[WordRule], names: NameRule) -> None:
        library.afs_find_words.restype = ctypes.c_int64
        self._search = library.afs_find_words
        self._tables = _lay_out(rules, names)
        self._make_room(_FEWEST)

    def find(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """(start, end, place of its rule) of each word found in ASCII text, in order of the words."""
        count = self._call(data)
        if count > self._room:
            self._make_room(count)
            self._call(data)
        numbers = iter(self._found[: 3 * count])
        return zip(numbers, numbers, numbers, strict=True)

    def _call(self, data: bytes) -> int:
        sizes = ctypes.c_int64(len(data)), ctypes.c_int64(self._room)
        return int(self._search(data, sizes[0], ctypes.byref(self._tables), self._found, sizes[1]))

    def _make_room(self, room: int) -> None:
        self._room = room
        self._found = (ctypes.c_int32 * (3 * room))()


def _lay_out(rules: Sequence[WordRule], names: NameRule) -> _Words:
    classes = _Classes()
    words = (_Word * len(rules))()
    start = 0
    for place, rule in enumerate(rules):
        numbers = (rule.group, rule.least, rule.wrapped, classes.number(rule.body), classes.number(rule.then))
        words[place] = _Word(start, len(rule.text), *numbers, rule.lead, rule.any_case)
        start += len(rule.text)
    first, lists = _index(rules)
    shapes = [classes.number(each) for each in (names.name, names.joins, names.marks)]
    text = "".join(rule.text for rule in rules).encode("ascii")
    return _Words(words, text, classes.table(), first, lists, names.group, *shapes)


class _Classes:
    """Classes of characters by number, and for each character those that it is of."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, pattern: str) -> int:
        return self._numbers.setdefault(pattern, len(self._numbers)) if pattern else NO_CLASS

    def table(self) -> ctypes.Array[ctypes.c_uint64]:
        shapes = [(re.compile(pattern), number) for pattern, number in self._numbers.items()]
        bits = [
            sum(1 << number for shape, number in shapes if shape.match(character)) for character in _CHARACTERS
        ]
        return (ctypes.c_uint64 * len(bits))(*bits)


def _index(
    rules: Sequence[WordRule],
) -> tuple[ctypes.Array[ctypes.c_uint16], ctypes.Array[ctypes.c_int16]]:
    """By the first two characters of a word, where its list of words begins; all lists, one after another."""
    by_opening: dict[int, list[int]] = defaultdict(list)
    for place in sorted(range(len(rules)), key=lambda each: -len(rules[each].text)):
        for opening in _openings(rules[place]):
            by_opening[opening].append(place)
    first, lists = (ctypes.c_uint16 * (128 * 128))(), [-1]
    for opening, places in by_opening.items():
        first[opening] = len(lists)
        lists += [*places, -1]
    return first, (ctypes.c_int16 * len(lists))(*lists)


def _openings(rule: WordRule) -> Iterable[int]:
    cases = ({each, each.upper()} if rule.any_case else {each} for each in rule.text[:2])
    return [ord(one) << 7 | ord(two) for one, two in product(*cases)]
