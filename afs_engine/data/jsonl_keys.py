"""Finding duplicate keys and too deep nesting, which the JSON decoder lets pass.

Pure functions over lines that the decoder has accepted. The check reads the keys' colons with
vector operations and looks closely only at lines that it can't clear.

Why a cleared line has no duplicate key, at any level. Let a line be valid JSON, K the members
written in it and k the keys of its decoded value; k <= K, and k = K exactly when no key repeats.
A member's colon follows its key's closing quote, with or without whitespace between, and before a
closing quote stands an even number of backslashes (each pair an escaped backslash), usually none.
So c, the number of colons whose last character before whitespace is such a quote, is at least K; it
also counts strings that begin with a colon, and whatever is too far to look at. Hence k <= K <= c,
and c = k leaves k = K: no key repeats.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_WINDOW = 1 << 18  # bytes looked at at a time: stays in the processor's cache
_FARTHEST_LOOK = 64  # whitespace or backslashes looked past before a colon
_COLON, _QUOTE, _BACKSLASH, _SPACE = 0x3A, 0x22, 0x5C, 0x20

_Bytes = npt.NDArray[np.uint8]
_Places = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]


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


def lines_in_doubt(data: bytes, ends: Sequence[int] | Counts, keys: Sequence[int] | Counts) -> list[int]:
    """Indexes of the lines of `data` that may repeat a key; see the module's argument.

    `ends` are the offsets just past each line, `keys` the keys of its decoded value. The lines must
    be valid JSON objects.
    """
    text = np.frombuffer(data, dtype=np.uint8)
    windows = [_find_colons(text, start) for start in range(1, len(text), _WINDOW)]
    if sum(map(np.count_nonzero, windows)) == np.sum(keys):  # k <= c for each line: then k = c for each
        return []
    found = [np.flatnonzero(window) + 1 + place * _WINDOW for place, window in enumerate(windows)]
    colons = np.concatenate(found) if found else np.empty(0, dtype=np.intp)
    last = _last_before_space(text, colons)
    may_follow_key = (text[last] <= _QUOTE) & ~_is_escaped(text, last)
    counts = np.diff(np.searchsorted(colons[may_follow_key], np.asarray(ends)), prepend=0)
    return [int(index) for index in np.flatnonzero(counts != np.asarray(keys))]


def _find_colons(text: _Bytes, start: int) -> npt.NDArray[np.bool_]:
    """Where in a window a colon follows a quote or whitespace (or `!`, which can only count too much)."""
    is_colon: npt.NDArray[np.bool_] = text[start : start + _WINDOW] == _COLON
    is_colon &= text[start - 1 : start - 1 + len(is_colon)] <= _QUOTE
    return is_colon


def _last_before_space(text: _Bytes, colons: _Places) -> _Places:
    """The last place before each colon that is not whitespace, or the end of a long gap."""
    last = colons - 1
    spaced = np.flatnonzero(text[last] <= _SPACE)
    for _ in range(_FARTHEST_LOOK):
        if not spaced.size:
            break
        last[spaced] -= 1
        spaced = spaced[text[last[spaced]] <= _SPACE]
    return last


def _is_escaped(text: _Bytes, quotes: _Places) -> npt.NDArray[np.bool_]:
    """Whether an odd number of backslashes stands before each place; False for too many to count."""
    escaped = np.zeros(len(quotes), dtype=np.bool_)
    running = np.flatnonzero(text[quotes - 1] == _BACKSLASH)
    for step in range(2, _FARTHEST_LOOK):
        if not running.size:
            break
        escaped[running] ^= True
        running = running[text[quotes[running] - step] == _BACKSLASH]
    escaped[running] = False
    return escaped


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
