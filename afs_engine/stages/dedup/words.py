"""Texts to hashed words, a batch of rows at a time.

Owns what "lower-cased, white space normalised" means: the words of a row are exactly those of Python's
`text.lower().split()`. Knows nothing of shingles, similarity or files.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

_SPACE = 0x20
_ASCII = bytes(range(0x80))
_ASCII_SPACES = bytes(byte for byte in range(0x80) if chr(byte).isspace())
_LOWERED = bytes(range(0x100)).lower().translate(bytes.maketrans(_ASCII_SPACES, b" " * len(_ASCII_SPACES)))
_LOADED_BYTES = 8
_LONGEST_LOADED_BYTES = 64
_LOW_BYTES = np.array([(1 << 8 * count) - 1 for count in range(_LOADED_BYTES + 1)], dtype=np.uint64)

# Odd 64-bit constants; the first is 2**64 / golden ratio, the others are from Steele's splitmix64 finaliser.
_BY_LENGTH = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_SPREAD_AGAIN = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class HashedWords:
    """`hashes` uint64 [words] in text order; words of row i are `row_starts[i]` to `row_starts[i + 1]`."""

    hashes: NDArray[np.uint64]
    row_starts: NDArray[np.int64]


def hash_words(texts: Sequence[str]) -> HashedWords:
    """The words of every text as 64-bit hashes: equal words have equal hashes on every machine."""
    joined, lengths = _join_bytes(texts)
    # A space before the first word and eight bytes after the last, so that every word can be loaded whole.
    raw = b"".join((b" ", joined, b" " * (_LOADED_BYTES + 1))).translate(_LOWERED)
    spaces = np.frombuffer(raw, dtype=np.uint8) == _SPACE
    edges = np.flatnonzero(spaces[1:] != spaces[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    row_offsets = np.cumsum([1, *lengths]) + np.arange(len(lengths) + 1)
    return HashedWords(_hash_spans(raw, starts, ends), np.searchsorted(starts, row_offsets))


def _join_bytes(texts: Sequence[str]) -> tuple[bytes, list[int]]:
    """All texts in UTF-8 with a space between them, and the bytes of each."""
    joined = " ".join(texts)
    if joined.isascii():
        return joined.encode(), list(map(len, texts))
    rows = [_encode(text) for text in texts]
    return b" ".join(rows), list(map(len, rows))


def _encode(text: str) -> bytes:
    """UTF-8 of which only the ASCII part still has to be lower-cased and its white space found."""
    raw = text.encode("utf-8", "surrogatepass")
    if text.isascii():
        return raw
    rest = raw.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    if rest == rest.lower() and rest.split() == [rest]:
        return raw
    # Capitals or white space beyond ASCII are rare: Python's own rules decide, a row at a time.
    return " ".join(text.lower().split()).encode("utf-8", "surrogatepass")


def _hash_spans(raw: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One hash for each span of `raw`, read eight bytes at a time; needs 8 bytes after the last span."""
    loads: NDArray[np.uint64] = np.ndarray(len(raw) - _LOADED_BYTES + 1, "<u8", raw, strides=(1,))
    lengths = ends - starts
    hashes = lengths.astype(np.uint64) * _BY_LENGTH
    hashes += loads[starts] & _LOW_BYTES.take(lengths, mode="clip")
    _mix(hashes)
    for offset in range(_LOADED_BYTES, _LONGEST_LOADED_BYTES, _LOADED_BYTES):
        longer = np.flatnonzero(lengths > offset)
        if not longer.size:
            return hashes
        masks = _LOW_BYTES.take(lengths[longer] - offset, mode="clip")
        tail = hashes[longer] + (loads[starts[longer] + offset] & masks)
        _mix(tail)
        hashes[longer] = tail
    for word in np.flatnonzero(lengths > _LONGEST_LOADED_BYTES).tolist():
        hashes[word] = xxhash.xxh3_64_intdigest(raw[starts[word] : ends[word]])
    return hashes


def _mix(hashes: NDArray[np.uint64]) -> None:
    """Spreads every bit over all 64, in place; a bijection, so it adds no collision of its own."""
    hashes *= _SPREAD
    hashes ^= hashes >> _HALF
    hashes *= _SPREAD_AGAIN
    hashes ^= hashes >> _HALF
