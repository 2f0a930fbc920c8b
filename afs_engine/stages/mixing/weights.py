"""Weights by name: which bucket of a balanced set a row belongs to.

A weight's name may be `rehearsal` (rows of an earlier version), a domain, a domain's first part
(`oracle` covers `oracle_docs`), a source, or the stem of an input file (`memory` covers
`memory_scored.jsonl`); the first of these that fits a row decides. Knows names and codes, not files.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from afs_engine.data.digest import hash_group
from afs_engine.errors import UsageError, nearest_hint
from afs_engine.stages.mixing.candidates import Candidates, IntArray

REHEARSAL = "rehearsal"
UNWEIGHTED = -1
_LARGEST_RATIO = 1e9


def parse_weight(text: str) -> tuple[str, float]:
    """`NAME=W` as name and positive finite weight; UsageError otherwise."""
    name, sign, number = text.rpartition("=")
    try:
        weight = float(number)
    except ValueError:
        weight = math.nan
    if not sign or not name or not math.isfinite(weight) or weight < 0:
        raise UsageError(f"'{text}' is not a weight", hint="write NAME=W with W >= 0, e.g. oracle=0.4")
    return name, weight


def parse_weights(texts: Sequence[str]) -> dict[str, float]:
    """All `NAME=W` of a command line; a name given twice is an error."""
    weights: dict[str, float] = {}
    for name, weight in map(parse_weight, texts):
        if name in weights:
            raise UsageError(f"weight '{name}' is given twice", hint="give each name once")
        weights[name] = weight
    return weights


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuses weights that can't be shares."""
    for name, weight in weights.items():
        if not math.isfinite(weight) or weight < 0:
            raise UsageError(f"weight of '{name}' is {weight}", hint="a weight is a number >= 0")
    whole = sum(weights.values())
    if not whole > 0:
        raise UsageError("all weights are 0", hint="give at least one name a weight above 0")
    for name, weight in weights.items():
        if 0 < weight < whole / _LARGEST_RATIO:
            raise UsageError(
                f"weight of '{name}' is {weight:g} of {whole:g}: less than a row in a billion",
                hint="give it more, or 0",
            )


def assign_buckets(rows: Candidates, names: Sequence[str]) -> IntArray:
    """For each row the position in `names` of the weight it falls under, or UNWEIGHTED.

    Raises UsageError for a name that matches no row at all.
    """
    bucket = np.full(len(rows), UNWEIGHTED, dtype=np.min_scalar_type(-len(names) - 1))
    matched: set[int] = set()
    for position, mask in _rules(rows, names):
        if mask.any():
            matched.add(position)
        bucket[mask & (bucket == UNWEIGHTED)] = position
    missing = [names[position] for position in range(len(names)) if position not in matched]
    if missing:
        raise UsageError(
            f"weight '{missing[0]}' matches no sample", hint=nearest_hint(missing[0], rows.names())
        )
    return bucket


Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def _rules(rows: Candidates, names: Sequence[str]) -> Iterator[tuple[int, Mask]]:
    """Positions in `names` and the rows each covers, the strongest rule first; a mask at a time."""
    domains = np.array([*rows.domains, ""], dtype=object)
    numbered = list(enumerate(names))
    yield from ((i, rows.version > 0) for i, name in numbered if name == REHEARSAL)
    yield from ((i, _is_in(rows.domain, domains == name)) for i, name in numbered)
    yield from ((i, _is_in(rows.domain, _starts(rows.domains, name))) for i, name in numbered)
    yield from ((i, rows.source == np.uint64(hash_group(name))) for i, name in numbered)
    for i, name in numbered:
        yield i, _is_in(rows.origin, np.array([stem == name for stem in rows.origins] or [False]))
    yield from ((i, _is_in(rows.origin, _starts(rows.origins, name))) for i, name in numbered)


def _starts(known: Sequence[str], name: str) -> Mask:
    return np.array([text.startswith((f"{name}_", f"{name}-", f"{name}.")) for text in known] or [False])


def _is_in(codes: IntArray, wanted: Mask) -> Mask:
    """True where `wanted[code]`."""
    found: Mask = wanted.astype(np.bool_)[codes] if len(codes) else np.zeros(0, np.bool_)
    return found
