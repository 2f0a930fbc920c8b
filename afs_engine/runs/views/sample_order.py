"""The order in which samples are listed: sorted by a column, or outwards from a threshold, and filtered.

Pure over columns, but for the search in stored lines. Orders are kept for as long as they are asked for
again, page by page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from afs_engine.data.rowset import RowSet
from afs_engine.errors import UsageError, nearest_hint

Array = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class SampleFilter:
    """What a filter's text asks for: names of domains and sources, and text that a stored line has."""

    domains: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def parse_filter(text: str) -> SampleFilter:
    """`domain:NAME source:NAME words`; a name may be the start of one. Words must all occur."""
    fields: dict[str, list[str]] = {"domain": [], "source": []}
    texts = []
    for word in text.split():
        field, colon, name = word.partition(":")
        if colon and field in fields:
            fields[field].append(name)
        else:
            texts.append(word)
    return SampleFilter(tuple(fields["domain"]), tuple(fields["source"]), tuple(texts))


def sort_rows(values: Array, *, is_descending: bool) -> Array:
    """Row numbers by value, ties by row; rows with NaN come last either way."""
    nan = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)
    measured = np.flatnonzero(~nan)
    keys = values[measured]
    order = np.argsort(keys, kind="stable")
    if is_descending:
        order = len(keys) - 1 - np.argsort(keys[::-1], kind="stable")[::-1]
    return np.concatenate([measured[order], np.flatnonzero(nan)]).astype(np.uint32)


def sort_near_line(scores: Array, threshold: float | None) -> Array:
    """Row numbers from just under the threshold downwards, then from it upwards, then the unscored."""
    ascending = sort_rows(scores, is_descending=False)
    measured = len(scores) - int(np.isnan(scores).sum())
    line = 0 if threshold is None else threshold
    below = int(np.searchsorted(scores[ascending[:measured]], np.float32(line)))
    return np.concatenate([ascending[:below][::-1], ascending[below:]])


def match_names(codes: Array, names: list[str], wanted: tuple[str, ...], kind: str) -> Array:
    """True for rows whose name starts with one of `wanted`. Raises UsageError where none does."""
    hits = [code for code, name in enumerate(names) if name.startswith(wanted)]
    if not hits:
        raise UsageError(f"no {kind} starts with '{wanted[0]}'", hint=nearest_hint(wanted[0], names))
    return np.isin(codes, hits)


def match_texts(rowsets: list[RowSet], texts: tuple[str, ...]) -> Array:
    """True for rows whose stored line has all texts, in any case of ASCII letters."""
    needles = [msgspec.json.encode(text)[1:-1].lower() for text in texts]
    found = [
        np.fromiter((_has_all(line.lower(), needles) for line in lines), dtype=bool, count=len(lines))
        for lines in _all_lines(rowsets)
    ]
    return np.concatenate(found) if found else np.zeros(0, dtype=bool)


def _has_all(line: bytes, needles: list[bytes]) -> bool:
    return all(needle in line for needle in needles)


def _all_lines(rowsets: list[RowSet]) -> Iterator[list[bytes]]:
    for rowset in rowsets:
        yield from rowset.line_blocks()
