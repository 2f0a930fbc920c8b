"""Finding the symbols of a source tree in a block of texts.

Owns what counts as the mention of a symbol: every `!Name` is one, known or not; another identifier is
one only where it equals a label of the tree. Knows nothing of addresses.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.addresses import IS_WORD_BYTE
from afs_engine.stages.scoring.text_block import TextBlock

_DEFINE_MARK = ord("!")
_DEFINE_OR_LABEL = re.compile(r"![A-Za-z_]\w*|[A-Za-z_]\w*[A-Z0-9_]\w*", re.ASCII)
_LONGEST_LENGTH = 255
_SIEVE_BITS = 20


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """`names` as bytes, defines with their `!`; `sieve` tells most other words apart at once."""

    names: frozenset[bytes]
    sieve: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SymbolHits:
    """Ascending byte `positions` of the mentions, and whether each `is_known`."""

    positions: NDArray[np.int64]
    is_known: NDArray[np.bool_]


@lru_cache(maxsize=4)
def compile_symbols(symbols: frozenset[str]) -> SymbolTable:
    """The table of `symbols`: defines as `!Name`, labels bare.

    A label that reads like a plain word (`loop`, `Main`) is left out: prose is full of those.
    """
    names = frozenset(name.encode() for name in symbols if _DEFINE_OR_LABEL.fullmatch(name))
    sieve = np.zeros(1 << _SIEVE_BITS, np.bool_)
    if names:
        joined = np.frombuffer(b" ".join(sorted(names)) + b" ", np.uint8)
        ends = np.flatnonzero(joined == ord(" "))
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
        sieve[_sieve_slots(joined, starts, ends)] = True
    return SymbolTable(names, sieve)


def find_symbols(block: TextBlock, table: SymbolTable) -> SymbolHits:
    """Every mention of a symbol in the block, in order."""
    starts, ends = _find_words(block.data)
    labels = np.flatnonzero(table.sieve[_sieve_slots(block.data, starts, ends)])
    labels = labels[block.data[starts[labels] - 1] != _DEFINE_MARK]
    marks = _find_define_marks(block.data)
    bodies = np.searchsorted(starts, marks + 1)
    positions = np.concatenate((starts[labels], marks))
    known = _are_names(block.data, positions, np.concatenate((ends[labels], ends[bodies])), table)
    is_mention = known | (block.data[positions] == _DEFINE_MARK)
    order = np.argsort(positions[is_mention])
    return SymbolHits(positions[is_mention][order], known[is_mention][order])


def _find_words(data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and end (exclusive) of every run of letters, digits and underscores."""
    lower = data | 32
    in_word = (lower - ord("a") < 26) | (data - ord("0") < 10) | (data == ord("_"))
    edges = np.flatnonzero(in_word[1:] != in_word[:-1]) + 1
    return edges[0::2], edges[1::2]


def _find_define_marks(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Every `!` that begins a define: a letter or underscore follows, no identifier ends right before."""
    marks = np.flatnonzero(data == _DEFINE_MARK)
    following = data[marks + 1]
    begins_name = IS_WORD_BYTE[following] & (following > ord("9"))
    return marks[begins_name & ~IS_WORD_BYTE[data[marks - 1]]]


def _are_names(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], table: SymbolTable
) -> NDArray[np.bool_]:
    """Whether each span is exactly one of the table's names."""
    text = data.tobytes()
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    return np.array([text[start:end] in table.names for start, end in spans], np.bool_)


def _sieve_slots(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """A 20-bit hash of each word's first two bytes, last byte and length; words have two bytes or more."""
    packed: NDArray[np.uint32] = np.minimum(ends - starts, _LONGEST_LENGTH).astype(np.uint32)
    for positions in (starts, starts + 1, ends - 1):
        packed <<= np.uint32(8)
        packed |= data[positions]
    packed *= np.uint32(2654435761)  # Knuth's multiplicative hash: its high bits are well mixed
    packed >>= np.uint32(32 - _SIEVE_BITS)
    return packed
