"""Units, the lines or sentences that are judged one by one, as arrays of hashed features.

Owns how tokens become n-grams and n-grams become columns. Knows neither assembly nor prose: the files
`asm_units` and `prose_units` say what a unit's tokens and marks are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

COLUMNS = 1 << 20
"""Columns that features are hashed to; collisions cost little while features are about as many."""
ALL_COLUMNS = COLUMNS + 1024
"""With room for those that `sightings` adds."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Knuth's multiplicative hashing
_SHIFT = np.uint64(29)
Hashes = NDArray[np.uint64]
Features = tuple[Hashes, NDArray[np.int64]]
"""Hashed features, and the unit of each."""


@dataclass(frozen=True, slots=True)
class Units:
    """Features of many units: `columns` of unit i are those from `starts[i]` to `starts[i + 1]`.

    Every unit has at least one. `keys`, shape (units,): equal for units of equal text. `text_starts`,
    shape (texts + 1,): the first unit of each text. `sightings`, shape (units, kinds, 2): columns of what
    is to be looked up in the real files, each with the column of what is given there. `faulty`, shape
    (units,): those that no assembler takes.
    """

    keys: Hashes
    columns: NDArray[np.int32]
    starts: NDArray[np.int64]
    text_starts: NDArray[np.int64]
    sightings: NDArray[np.int32]
    faulty: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.starts) - 1


@lru_cache(maxsize=1 << 16)
def hash_word(word: str) -> int:
    """64 bits of a word, the same on every machine."""
    return xxhash.xxh3_64_intdigest(word.encode("utf-8", "surrogatepass"))


def mix(salt: int, *parts: Hashes) -> Hashes:
    """One hash of several, position by position; `salt` keeps kinds of features apart."""
    mixed = np.full(len(parts[0]), (salt + 1) * 0x632BE59BD9B4E019 & 0xFFFFFFFFFFFFFFFF, np.uint64)
    for part in parts:
        mixed = (mixed ^ part) * _MULTIPLIER
        mixed ^= mixed >> _SHIFT
    return mixed


def find_ngrams(tokens: Hashes, units: NDArray[np.int64], sizes: Sequence[int]) -> list[Features]:
    """For each size the hashes of all n-grams that lie within one unit, and their units.

    `units` is the unit of each token, ascending.
    """
    found = []
    for size in sizes:
        count = max(len(tokens) - size + 1, 0)
        within = units[:count] == units[size - 1 : size - 1 + count]
        grams = mix(size, *(tokens[place : place + count] for place in range(size)))
        found.append((grams[within], units[:count][within]))
    return found


def gather_units(
    features: Sequence[Features],
    keys: Sequence[int],
    texts: Sequence[Sequence[object]],
    sightings: Sequence[tuple[Hashes, Hashes]] = (),
    faulty: Sequence[bool] = (),
) -> Units:
    """The features of all kinds, sorted by unit.

    `texts` has the units of each text; `keys`, `faulty` (none by default) and each of `sightings` are those
    of all units in order.
    """
    text_starts = start_texts(texts)
    hashes = np.concatenate([each[0] for each in features])
    owners = np.concatenate([each[1] for each in features])
    order = np.argsort(owners, kind="stable")
    columns = _find_columns(hashes)[order]
    starts = np.zeros(int(text_starts[-1]) + 1, np.int64)
    np.cumsum(np.bincount(owners, minlength=int(text_starts[-1])), out=starts[1:])
    looked_up = np.zeros((len(keys), len(sightings), 2), np.int32)
    for kind, pair in enumerate(sightings):
        looked_up[:, kind] = np.column_stack([_find_columns(part) for part in pair])
    is_faulty = np.array(faulty or [False] * len(keys), bool)
    return Units(np.array(keys, np.uint64), columns, starts, text_starts, looked_up, is_faulty)


def _find_columns(hashes: Hashes) -> NDArray[np.int32]:
    return (hashes % np.uint64(COLUMNS)).astype(np.int32)


def start_texts(texts: Sequence[Sequence[object]]) -> NDArray[np.int64]:
    """The number of the first unit of each text, and of all units at the end."""
    return np.concatenate(([0], np.cumsum([len(text) for text in texts]))).astype(np.int64)
