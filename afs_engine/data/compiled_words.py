"""The door to the part of the compiled core that looks for words (`core_words.c`).

Owns the layout of its tables. What the words are, and how they are found where there is no core, stands in
`stages/redaction/word_search.py`.
"""

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

from msgspec import Struct

ANYWHERE, AT_WORD_START, AFTER_NO_WORD = range(3)
NO_CLASS = 255
_CHARACTERS = [chr(code) for code in range(128)]
_ROOM = 512
_NUMBERS = 5  # of a hit
_MOST_CLASSES = 64
_TRIPLES = 1 << 21  # of ASCII characters

Hit = tuple[int, int, int, int, int]
"""Start, end, place of the word in its group; for a name, start and end of its value, or 0 and 0."""


class WordRule(Struct, frozen=True):
    """One word as `Word` in C has it; classes are those of regular expressions, empty for none."""

    text: str
    group: int
    place: int
    lead: int
    any_case: bool
    longest_only: bool
    body: str
    least: int
    wrapped: int
    then: str


class NameRule(Struct, frozen=True):
    """What `Words` in C says about names; `group` is that of their words, the others are classes."""

    group: int
    name: str
    joins: str
    opens_value: str
    marks: str
    bare: str
    typed: str


NO_NAMES = NameRule(2**32 - 1, "", "", "", "", "", "")


class _Word(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_uint32) for name in ("start", "length", "group", "place", "least", "wrapped")),
        *((name, ctypes.c_uint8) for name in ("body", "then", "lead", "any_case", "longest_only")),
    )


class _Words(ctypes.Structure):
    _fields_ = (
        ("words", ctypes.POINTER(_Word)),
        ("bytes", ctypes.c_char_p),
        ("classes", ctypes.POINTER(ctypes.c_uint64)),
        ("opens", ctypes.POINTER(ctypes.c_uint8)),
        ("anywhere", ctypes.POINTER(ctypes.c_uint16)),
        ("at_start", ctypes.POINTER(ctypes.c_uint16)),
        ("lists", ctypes.POINTER(ctypes.c_int16)),
        ("names", ctypes.c_uint32),
        *((name, ctypes.c_uint8) for name in ("name", "joins", "opens_value", "marks", "bare", "typed")),
    )


class CompiledWords:
    """The search for `rules`, at most 64 groups and classes of them."""

    def __init__(self, library: ctypes.CDLL, rules: Sequence[WordRule], names: NameRule) -> None:
        self._tables = _lay_out(rules, names)
        library.afs_open_words.restype = None
        library.afs_open_words(ctypes.byref(self._tables), ctypes.c_int64(len(rules)), self._tables.opens)
        # The types told beforehand: the search is called for every sheet, however short.
        pointers = ctypes.POINTER(_Words), ctypes.POINTER(ctypes.c_int32), ctypes.POINTER(ctypes.c_int64)
        self._search = library.afs_find_words
        self._search.restype = None
        self._search.argtypes = (ctypes.c_char_p, ctypes.c_int64, *pointers, ctypes.c_int64)
        self._groups = 1 + max(rule.group for rule in rules)
        self._make_room(_ROOM)

    def find(self, data: bytes) -> list[tuple[int, list[Hit]]]:
        """What is found in ASCII text: each group that has any, by number, with its hits in order."""
        counts = self._count(data)
        if max(counts) > self._room:
            self._make_room(max(counts))
            counts = self._count(data)
        return [(group, self._hits(group, count)) for group, count in enumerate(counts) if count]

    def _count(self, data: bytes) -> list[int]:
        """The number of hits by group, once they are found."""
        ctypes.memset(self._counts, 0, ctypes.sizeof(self._counts))
        self._search(data, len(data), self._tables, self._found, self._counts, self._room)
        return self._counts_read.tolist()

    def _hits(self, group: int, count: int) -> list[Hit]:
        first = group * self._room * _NUMBERS
        numbers = iter(self._found_read[first : first + count * _NUMBERS].tolist())
        return list(zip(numbers, numbers, numbers, numbers, numbers, strict=True))

    def _make_room(self, room: int) -> None:
        self._room = room
        self._counts = (ctypes.c_int64 * self._groups)()
        self._found = (ctypes.c_int32 * (self._groups * room * _NUMBERS))()
        self._counts_read = memoryview(self._counts).cast("B").cast("q")
        self._found_read = memoryview(self._found).cast("B").cast("i")


def _lay_out(rules: Sequence[WordRule], names: NameRule) -> _Words:
    classes = _Classes()
    words = (_Word * len(rules))()
    start = 0
    for at, rule in enumerate(rules):
        numbers = (start, len(rule.text), rule.group, rule.place, rule.least, rule.wrapped)
        body, then = classes.number(rule.body), classes.number(rule.then)
        words[at] = _Word(*numbers, body, then, rule.lead, rule.any_case, rule.longest_only)
        start += len(rule.text)
    lists = [-1]
    anywhere = _index(rules, [at for at, rule in enumerate(rules) if rule.lead == ANYWHERE], lists)
    at_start = _index(rules, [at for at, rule in enumerate(rules) if rule.lead != ANYWHERE], lists)
    patterns = (names.name, names.joins, names.opens_value, names.marks, names.bare, names.typed)
    shapes = [classes.number(each) for each in patterns]
    text = "".join(rule.text for rule in rules).encode("ascii")
    listed = (ctypes.c_int16 * len(lists))(*lists)
    opens = (ctypes.c_uint8 * (_TRIPLES // 8))()
    return _Words(words, text, classes.table(), opens, anywhere, at_start, listed, names.group, *shapes)


class _Classes:
    """Classes of characters by number, and for each character those that it is of."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, pattern: str) -> int:
        if not pattern:
            return NO_CLASS
        number = self._numbers.setdefault(pattern, len(self._numbers))
        if number >= _MOST_CLASSES:
            raise ValueError("too many classes of characters")
        return number

    def table(self) -> ctypes.Array[ctypes.c_uint64]:
        shapes = [(re.compile(pattern), number) for pattern, number in self._numbers.items()]
        bits = [sum(1 << number for shape, number in shapes if shape.match(each)) for each in _CHARACTERS]
        return (ctypes.c_uint64 * len(bits))(*bits)


def _index(
    rules: Sequence[WordRule], chosen: Iterable[int], lists: list[int]
) -> ctypes.Array[ctypes.c_uint16]:
    """By the first two characters of the chosen words, where their list begins in `lists`, which grows."""
    by_opening: dict[int, list[int]] = defaultdict(list)
    for at in sorted(chosen, key=lambda each: -len(rules[each].text)):
        for opening in _openings(rules[at]):
            by_opening[opening].append(at)
    first = (ctypes.c_uint16 * (128 * 128))()
    begun: dict[tuple[int, ...], int] = {}  # many openings share their list
    for opening, places in by_opening.items():
        key = tuple(places)
        if key not in begun:
            begun[key] = len(lists)
            lists += [*places, -1]
        first[opening] = begun[key]
    return first


def _openings(rule: WordRule) -> Iterable[int]:
    cases = [{each, each.upper()} if rule.any_case else {each} for each in rule.text[:2]]
    if len(cases) == 1:
        cases.append(set(_CHARACTERS))
    return [ord(one) << 7 | ord(two) for one, two in product(*map(sorted, cases))]
