"""Rows to shingle sets: which word 5-grams a row holds, as sorted ids.

Owns the shingle: five words in a row, or the whole text where it has fewer; a text without any word has
none. An id is 56 bits: how common the shingle is (4 bits, rarest first) and 52 bits of hash, so that sorting
a row's ids puts the shingles first that tell it best from others. Two different shingles get one id with
probability 2**-52: for two rows of 300 shingles each that is one wrong match in 5e10 pairs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from afs_engine.stages.dedup.ragged import cut_by_weight
from afs_engine.stages.dedup.words import HashedWords, hash_words

SHINGLE_WORDS = 5
ID_BITS = 56
HASH_BITS = 52
BATCH_ROWS = 1 << (64 - ID_BITS)
_BATCH_CHARACTERS = 1 << 18

_ID_MASK = np.uint64((1 << ID_BITS) - 1)
_ROW_SHIFT = np.uint64(ID_BITS)
_COMMON_SHIFT = np.uint64(HASH_BITS)
_UNUSED_SHIFT = np.uint64(64 - HASH_BITS)
_HALF = np.uint64(32)
# Random odd constants: one for each pairing of two halves, and one to spread the sum.
_PAIR_WORDS = np.uint64(0xC2B2AE3D27D4EB4F)
_PAIR_PAIRS = np.uint64(0xD6E8FEB86659FD93)
_ADD_FIFTH = np.uint64(0xA0761D6478BD642F)
_SPREAD = np.uint64(0xE7037ED1A0B428DB)


@dataclass(frozen=True)
class ShingleSets:
    """The distinct shingles of consecutive rows.

    `ids` uint64, sorted within a row; row i has `ids[starts[i]:starts[i + 1]]`. `text_ids` uint64 [rows]:
    equal where the normalised texts are equal (xxh3-64 over their word hashes).
    """

    ids: NDArray[np.uint64]
    starts: NDArray[np.int64]
    text_ids: NDArray[np.uint64]


def split_batches(blocks: Iterable[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """(first row, texts) of at most 256 rows: small enough that a batch's arrays stay in the CPU's cache."""
    first_row = 0
    for block in blocks:
        lengths = np.array(list(map(len, block)), dtype=np.int64)
        for cut in cut_by_weight(lengths, _BATCH_CHARACTERS, BATCH_ROWS):
            yield first_row + cut.start, block[cut]
        first_row += len(block)


def shingle_sets(texts: Sequence[str], commonness: NDArray[np.uint8]) -> ShingleSets:
    """The shingle sets of at most 256 texts; `commonness` is a table as `estimate_commonness` gives."""
    words = hash_words(texts)
    keys = np.concatenate([_full_shingles(words, commonness), _short_shingles(words, commonness)])
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if keys.size else keys
    rows = np.arange(len(texts) + 1, dtype=np.uint64)
    starts = np.searchsorted(keys, rows[:-1] << _ROW_SHIFT)
    return ShingleSets(keys & _ID_MASK, np.append(starts, keys.size), _text_ids(words))


def _full_shingles(words: HashedWords, commonness: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Keys (row, id) of all 5-grams, in text order."""
    counts = np.diff(words.row_starts)
    total = words.hashes.size - SHINGLE_WORDS + 1
    if total <= 0:
        return np.empty(0, dtype=np.uint64)
    pairs = words.hashes[:-1] * _PAIR_WORDS
    pairs += words.hashes[1:]
    fours = pairs[:-2] * _PAIR_PAIRS
    fours += pairs[2:]
    fives = fours[:-1]
    fives *= _ADD_FIFTH
    fives += words.hashes[SHINGLE_WORDS - 1 :]
    crossing = words.row_starts[1:, None] - np.arange(1, SHINGLE_WORDS)
    crossing = np.maximum(crossing, words.row_starts[:-1, None])
    inside = np.ones(words.hashes.size, dtype=np.bool_)
    inside[crossing[counts > 0]] = False
    rows = np.repeat(np.arange(counts.size), np.maximum(counts - SHINGLE_WORDS + 1, 0))
    return _keys(fives[inside[:total]], rows, commonness)


def _short_shingles(words: HashedWords, commonness: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Keys (row, id) of the texts of one to four words; the count takes part, so "a" is not "a a"."""
    counts = np.diff(words.row_starts)
    rows = np.flatnonzero((counts > 0) & (counts < SHINGLE_WORDS))
    hashes = counts[rows].astype(np.uint64)
    for place in range(SHINGLE_WORDS - 1):
        still = counts[rows] > place
        hashes[still] *= _PAIR_PAIRS
        hashes[still] += words.hashes[words.row_starts[rows[still]] + place]
    return _keys(hashes, rows, commonness)


def _keys(
    hashes: NDArray[np.uint64], rows: NDArray[np.int64], commonness: NDArray[np.uint8]
) -> NDArray[np.uint64]:
    hashes ^= hashes >> _HALF
    hashes *= _SPREAD
    hashes >>= _UNUSED_SHIFT
    common = commonness.take((hashes & np.uint64(commonness.size - 1)).view(np.int64))
    hashes |= common.astype(np.uint64) << _COMMON_SHIFT
    hashes |= rows.astype(np.uint64) << _ROW_SHIFT
    return hashes


def _text_ids(words: HashedWords) -> NDArray[np.uint64]:
    raw = words.hashes.data.cast("B")
    bounds = (words.row_starts * words.hashes.itemsize).tolist()
    digests = [xxhash.xxh3_64_intdigest(raw[start:end]) for start, end in pairwise(bounds)]
    return np.array(digests, dtype=np.uint64)
