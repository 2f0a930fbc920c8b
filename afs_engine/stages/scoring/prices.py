"""Telling a sum of money from an address: `$1200 each` is none, `STA $1200` is one.

Owns the signs of a price around a `$` and decimal digits. Looks at bytes only, a whole block at once.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

AFTER = (
    *(b" each" + end for end in (b".", b",", b";", b")", b"!", b"?", b"\n", b"\0")),
    *(b" per " + unit for unit in (b"ho", b"da", b"we", b"mo", b"ye", b"se", b"us")),
    *(b"/" + unit for unit in (b"h", b"day", b"week", b"mo", b"yr", b"year")),
    *(b" " + word for word in (b"usd", b"dollar", b"bucks", b"million", b"billion", b"a month", b"a year")),
)
_BEFORE = (b"costs ", b"cost ", b"price ", b"pay ", b"pays ", b"paid ", b"spend ", b"spent ", b"worth ")

BEFORE_REVERSED = tuple(word[::-1] for word in _BEFORE)

_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[ord("A") : ord("Z") + 1] += 32
_WINDOW_BYTES = 8


def _mark_bytes(values: Iterable[int]) -> NDArray[np.bool_]:
    marks = np.zeros(256, np.bool_)
    marks[list(values)] = True
    return marks


_IS_DIGIT = _mark_bytes(b"0123456789")
_MAY_FOLLOW = _mark_bytes(word[0] for word in (*AFTER, b"."))
_MAY_FOLLOW_NEXT = _mark_bytes(word[1] for word in (*AFTER, *(b".%d" % digit for digit in range(10))))
_MAY_PRECEDE = _mark_bytes(word[-2] for word in _BEFORE)


def are_prices(
    data: NDArray[np.uint8], dollars: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether each number from its `$` to the end of its decimal digits (exclusive) is a price.

    It is one with cents (`$1200.50`) or beside a word of trade (`costs $1200`, `$1200 per month`);
    never with a leading zero. Needs 8 bytes of `data` on both sides of each number.
    """
    follows = _MAY_FOLLOW[data[ends]] & _MAY_FOLLOW_NEXT[_LOWER[data[ends + 1]]]
    precedes = (data[dollars - 1] == ord(" ")) & _MAY_PRECEDE[_LOWER[data[dollars - 2]]]
    suspects = np.flatnonzero((follows | precedes) & (data[dollars + 1] != ord("0")))
    prices = np.zeros(len(dollars), np.bool_)
    prices[suspects] = _have_signs(data, dollars[suspects], ends[suspects])
    return prices


def _have_signs(
    data: NDArray[np.uint8], dollars: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    signs = _any_prefix(_windows(data, ends), AFTER)
    signs |= _any_prefix(_windows(data, dollars - _WINDOW_BYTES)[:, ::-1], BEFORE_REVERSED)
    signs |= (data[ends] == ord(".")) & _IS_DIGIT[data[ends + 1]]
    return signs


def _windows(data: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The 8 bytes from each of `starts`, in lower case; shape (starts, 8)."""
    return _LOWER[np.lib.stride_tricks.sliding_window_view(data, _WINDOW_BYTES)[starts]]


def _any_prefix(windows: NDArray[np.uint8], words: tuple[bytes, ...]) -> NDArray[np.bool_]:
    """Whether each window begins with one of `words`, compared eight bytes at a time."""
    packed = np.ascontiguousarray(windows).view("<u8")[:, 0]
    found = np.zeros(len(packed), np.bool_)
    for word in words:
        mask = np.uint64((1 << 8 * len(word)) - 1)
        found |= (packed & mask) == np.uint64(int.from_bytes(word, "little"))
    return found
