"""Finding the addresses written in a block of texts.

Owns what counts as an address: `$` and 4 to 6 hexadecimal digits that are neither an immediate
(`#$1234`), a data word (`dw $1234, $5678`; `dl` holds addresses), a price, nor part of a longer word.
Knows nothing of which addresses are known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.prices import are_prices
from afs_engine.stages.scoring.text_block import TextBlock

SHORT_DIGITS = 4
_LONG_DIGITS = 6
_LIST_REACH_BYTES = len("$7E0000, ")  # how far back the item before lies in a list of numbers

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
    dollars = dollars[~excluded & (_HEX[data[dollars + SHORT_DIGITS]] < _NOT_HEX)]
    values, digits, all_decimal = _read_digits(data, dollars)
    ends = dollars + 1 + digits
    is_address = (digits >= SHORT_DIGITS) & (digits <= _LONG_DIGITS) & ~IS_WORD_BYTE[data[ends]]
    doubtful = np.flatnonzero(is_address & all_decimal)
    is_address[doubtful] = ~are_prices(data, dollars[doubtful], ends[doubtful])
    return AddressHits(dollars[is_address], values[is_address], digits[is_address] == SHORT_DIGITS)


def _read_digits(
    data: NDArray[np.uint8], dollars: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.bool_]]:
    """Per `$`: the value of up to 6 hex digits after it, their number up to 7, all of them 0-9."""
    values = np.zeros(len(dollars), np.int32)
    digits = np.zeros(len(dollars), np.uint8)
    running = np.ones(len(dollars), np.bool_)
    has_letter = np.zeros(len(dollars), np.bool_)
    for place in range(1, _LONG_DIGITS + 2):
        digit = _HEX[data[dollars + place]]
        running &= digit < _NOT_HEX
        digits += running
        has_letter |= running & (digit >= 10)
        if place <= _LONG_DIGITS:
            values = np.where(running, values << 4 | digit, values)
    return values, digits, ~has_letter


def _are_data_words(data: NDArray[np.uint8], dollars: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each `$` is an item of a `db`, `dw` or `dd` list: the list's first item decides."""
    previous = data[dollars - 1]
    is_spaced = (previous == ord(" ")) | (previous == ord("\t"))
    follows_comma = (previous == ord(",")) | (is_spaced & (data[dollars - 2] == ord(",")))
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
