"""Finding the addresses written in a block of texts.

Owns what counts as an address: `$` and 4 to 6 hexadecimal digits that are neither an immediate
(`#$1234`), a data word (`dw $1234, $5678`; `dl` holds addresses), a price, nor part of a longer word.
Knows nothing of which addresses are known.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.prices import are_prices
from afs_engine.stages.scoring.text_block import TextBlock

SHORT_DIGITS = 4
_LONG_DIGITS = 6
_LIST_REACH_BYTES = len("$7E0000, ")  # how far back the item before lies in a list of numbers

_SEPARATOR = 0  # between texts
_NOT_HEX = 16
_HEX = np.full(256, _NOT_HEX, np.uint8)
for _value, _digit in enumerate("0123456789abcdef"):
    _HEX[[ord(_digit), ord(_digit.upper())]] = _value

IS_WORD_BYTE = np.zeros(256, np.bool_)
"""Bytes that may be within an identifier: letters, digits, underscore."""
for _letter in "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
    IS_WORD_BYTE[ord(_letter)] = True


@dataclass(frozen=True, slots=True)
class AddressHits:
    """Ascending byte `positions` of the `$`, the `values`, and whether each `is_short` (no bank)."""

    positions: NDArray[np.int64]
    values: NDArray[np.int32]
    is_short: NDArray[np.bool_]


def find_addresses(block: TextBlock) -> AddressHits:
    """Every address written in the block, in order."""
    data = block.data
    dollars = np.flatnonzero(data == ord("$"))
    before = data[dollars - 1]
    excluded = (before == ord("#")) | IS_WORD_BYTE[before] | _are_data_words(data, dollars)
    digits = _Digits.read(data, dollars[~excluded])
    ends = digits.dollars + 1 + digits.counts
    is_address = (digits.counts <= _LONG_DIGITS) & ~IS_WORD_BYTE[data[ends]]
    doubtful = np.flatnonzero(is_address & digits.all_decimal)
    is_address[doubtful] = ~are_prices(data, digits.dollars[doubtful], ends[doubtful])
    is_short = digits.counts[is_address] == SHORT_DIGITS
    return AddressHits(digits.dollars[is_address], digits.values[is_address], is_short)


@dataclass(frozen=True, slots=True)
class _Digits:
    """Those `dollars` that at least four hex digits follow: the `values` of up to six, how many there
    are (7 for more than six), and whether all of them are 0-9."""

    dollars: NDArray[np.int64]
    values: NDArray[np.int32]
    counts: NDArray[np.uint8]
    all_decimal: NDArray[np.bool_]

    @classmethod
    def read(cls, data: NDArray[np.uint8], dollars: NDArray[np.int64]) -> Self:
        for place in (SHORT_DIGITS, 1, 2, 3):  # the fourth is the one that is missing most often
            dollars = dollars[_HEX[data[dollars + place]] < _NOT_HEX]
        values = np.zeros(len(dollars), np.int32)
        counts = np.full(len(dollars), SHORT_DIGITS, np.uint8)
        all_decimal = np.ones(len(dollars), np.bool_)
        running = np.ones(len(dollars), np.bool_)
        for place in range(1, SHORT_DIGITS + 1):
            digit = _HEX[data[dollars + place]]
            values = values << 4 | digit
            all_decimal &= digit < 10
        for place in range(SHORT_DIGITS + 1, _LONG_DIGITS + 1):
            digit = _HEX[data[dollars + place]]
            running &= digit < _NOT_HEX
            counts += running
            values = np.where(running, values << 4 | digit, values)
            all_decimal &= ~running | (digit < 10)
        counts += running & (_HEX[data[dollars + _LONG_DIGITS + 1]] < _NOT_HEX)
        return cls(dollars, values, counts, all_decimal)


def _are_data_words(data: NDArray[np.uint8], dollars: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each `$` is an item of a `db`, `dw` or `dd` list: the list's first item decides."""
    previous = data[dollars - 1]
    is_spaced = (previous == ord(" ")) | (previous == ord("\t"))
    commas = dollars - 1 - is_spaced  # at most; a text's first byte goes on with no list of the text before
    follows_comma = (data[commas] == ord(",")) & (data[commas - 1] != _SEPARATOR)
    is_near = np.diff(dollars, prepend=-_LIST_REACH_BYTES) <= _LIST_REACH_BYTES
    firsts = np.flatnonzero(~(follows_comma & is_near))
    is_data = is_spaced[firsts] & _follow_directive(data, dollars[firsts])
    return np.repeat(is_data, np.diff(firsts, append=len(dollars)))


def _follow_directive(data: NDArray[np.uint8], dollars: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether `db`, `dw` or `dd`, in either case, stands one byte before each `$`."""
    size, letter = data[dollars - 2] | 32, data[dollars - 3] | 32
    follows: NDArray[np.bool_] = (size == ord("b")) | (size == ord("w")) | (size == ord("d"))
    follows &= (letter == ord("d")) & ~IS_WORD_BYTE[data[dollars - 4]]
    return follows
