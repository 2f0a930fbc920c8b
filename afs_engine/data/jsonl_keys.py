"""Finding duplicate keys and too deep nesting, which the JSON decoder lets pass.

Pure functions over lines that the decoder has accepted. The check reads the keys' colons with
vector operations and looks closely only at lines that it can't clear.

Why a cleared line has no duplicate key, at any level. Let a line be valid JSON, K the members
written in it and k the keys of its decoded value; k <= K, and k = K exactly when no key repeats.
Every member has a colon after its key's closing quote, with or without whitespace between.

- A line is in doubt at once when a colon may be a member's with whitespace before it (`" :`, or a
  colon after two whitespace characters), or when `\\\\":` occurs (a key that ends in a backslash).
- In any other line, each of the K members has its `":`, whose quote no backslash precedes: a
  backslash before a key's closing quote would be the second of an escaped pair, `\\\\":`.
- So the number c of `":` without a backslash before it is at least K (it also counts a string that
  begins with a colon). Hence k <= K <= c, and c = k leaves k = K: no key repeats.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_WINDOW = 1 << 18  # bytes looked at at a time: stays in the processor's cache
_COLON, _QUOTE, _BACKSLASH, _SPACE = 0x3A, 0x22, 0x5C, 0x20


class TooDeepError(ValueError):
    """A value is nested deeper than the limit."""


class RepeatedKeyError(ValueError):
    """A key occurs twice in one object; the message is the key."""


def count_keys(value: dict[str, Any] | list[Any], levels: int) -> int:
    """The keys in `value` and below; raises TooDeepError past `levels` containers within another."""
    if not levels:
        raise TooDeepError
    total, children = (len(value), value.values()) if isinstance(value, dict) else (0, value)
    for child in children:
        kind = type(child)
        if kind is dict or kind is list:
            total += count_keys(child, levels - 1)
    return total


def lines_in_doubt(data: bytes, ends: Sequence[int], keys: Sequence[int]) -> list[int]:
    """Indexes of the lines of `data` that may repeat a key; see the module's argument.

    `ends` are the offsets just past each line, `keys` the keys of its decoded value. The lines must
    be valid JSON objects.
    """
    text = np.frombuffer(data, dtype=np.uint8)
    colons = _key_like_colons(text)
    # A colon of a valid object stands at index 3 or later (`{"":`), so looking back never wraps.
    before, second, third = text[colons - 1], text[colons - 2], text[colons - 3]
    quoted, escaped = before == _QUOTE, second == _BACKSLASH
    counts = _count_by_line(colons[quoted & ~escaped], ends)
    spaced = (before <= _SPACE) & ((second <= _SPACE) | (second == _QUOTE))
    unclear = colons[spaced | (quoted & escaped & (third == _BACKSLASH))]
    doubtful = counts != np.asarray(keys)
    if unclear.size:
        doubtful |= _count_by_line(unclear, ends) > 0
    return [int(index) for index in np.flatnonzero(doubtful)]


def _key_like_colons(text: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Where a colon follows a quote or whitespace (or `!`, which the caller's tests let pass)."""
    found = []
    for start in range(1, len(text), _WINDOW):
        is_colon = text[start : start + _WINDOW] == _COLON
        is_colon &= text[start - 1 : start - 1 + len(is_colon)] <= _QUOTE
        found.append(np.flatnonzero(is_colon) + start)
    return np.concatenate(found) if found else np.empty(0, dtype=np.intp)


def _count_by_line(positions: npt.NDArray[np.intp], ends: Sequence[int]) -> npt.NDArray[np.intp]:
    return np.diff(np.searchsorted(positions, np.asarray(ends)), prepend=0)


def repeated_key(line: bytes) -> str | None:
    """A key that occurs twice in one object of the line, or None; the line must be valid JSON."""
    try:
        _PAIRS.decode(line.decode())
    except RepeatedKeyError as error:
        return str(error)
    return None


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a dict; raises RepeatedKeyError. For json's `object_pairs_hook`."""
    members = dict(pairs)
    if len(members) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise RepeatedKeyError(next(key for key, count in counts.items() if count > 1))
    return members


_PAIRS = json.JSONDecoder(object_pairs_hook=unique_keys, parse_int=len, parse_float=len)
