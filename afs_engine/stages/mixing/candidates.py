"""The rows that mixing chooses from, as light columns: no text, only what a choice needs.

One `Candidates` may span several row sets (sources, input files, a rehearsal buffer); row numbers
count through all of them in order. Knows arrays, not what is chosen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from afs_engine.data.columns import join_columns
from afs_engine.data.digest import hash_group
from afs_engine.data.rowset import RowSet
from afs_engine.data.sample import TrainingSample, content_digest
from afs_engine.data.scratch import scratch_take

_COLUMNS = ("domain", "origin", "version", "source", "id_hi", "id_lo", "score")
IntArray = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True)
class Candidates:
    """Columns of equal length; `domains`, `origins`, `versions` are what the codes stand for."""

    domain: IntArray
    origin: IntArray
    version: IntArray
    source: IntArray
    id_hi: IntArray
    id_lo: IntArray
    score: np.ndarray[tuple[int], np.dtype[np.float32]]
    domains: list[str]
    origins: list[str]
    versions: list[str] = field(default_factory=lambda: [""])

    def __len__(self) -> int:
        return len(self.domain)

    @cached_property
    def rows_by_domain(self) -> dict[str, int]:
        """Counts of rows by domain, names sorted."""
        counts = np.bincount(self.domain, minlength=len(self.domains))
        return {name: int(counts[code]) for code, name in sorted(enumerate(self.domains), key=lambda e: e[1])}

    def take(self, rows: IntArray) -> "Candidates":
        """The columns of these rows, in this order."""
        return replace(self, **{name: getattr(self, name)[rows] for name in _COLUMNS})

    def names(self) -> list[str]:
        """Every name that a weight could match."""
        extra = ["rehearsal"] if bool((self.version > 0).any()) else []
        return sorted({*self.domains, *self.origins, *extra})


def collect_candidates(
    rowsets: list[RowSet],
    origins: list[str],
    rows: IntArray | None = None,
    scratch_folder: Path | None = None,
) -> Candidates:
    """The columns of `rowsets`, one after the other; `origins` names each (a source, a file stem).

    `rows`: only these, in this order; then no more than one whole column is held at a time, and those of
    many rows lie in unnamed files in `scratch_folder`.
    """

    def chosen(parts: Iterable[IntArray]) -> IntArray:
        column = join_columns(list(parts))
        return column if rows is None else scratch_take(scratch_folder, column, rows)

    domain, domains = collect_domains(rowsets)
    versions: dict[str, int] = {"": 0}
    columns = {
        "domain": chosen([domain]),
        "version": chosen(_recode(each.column("version"), each.info.versions, versions) for each in rowsets),
        "origin": chosen(np.full(each.rows, origin, np.uint16) for origin, each in enumerate(rowsets)),
    }
    for name in ("source", "id_hi", "id_lo", "score"):
        columns[name] = chosen(each.column(name) for each in rowsets)
    return Candidates(domains=domains, origins=origins, versions=list(versions), **columns)


def collect_domains(rowsets: list[RowSet]) -> tuple[IntArray, list[str]]:
    """The domain of each row of `rowsets`, one after the other, as a code, and what the codes stand for."""
    known: dict[str, int] = {}
    codes = [_recode(rowset.column("domain"), rowset.info.domains, known) for rowset in rowsets]
    return join_columns(codes), list(known)


def candidates_of(
    samples: Sequence[TrainingSample], origin: Sequence[int] | None = None, origins: Sequence[str] = ("",)
) -> Candidates:
    """The columns of samples in memory; `origin` numbers each one's place in `origins`."""
    domains = {name: code for code, name in enumerate(dict.fromkeys(sample.domain for sample in samples))}
    names = [_version_of(sample) for sample in samples]
    versions = {name: code for code, name in enumerate(dict.fromkeys(["", *names]))}
    digests = b"".join([content_digest(s.instruction, s.input, s.output, s.thinking) for s in samples])
    halves = np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(-1, 2)
    scores = [np.nan if sample.quality_score is None else sample.quality_score for sample in samples]
    return Candidates(
        domain=np.array([domains[sample.domain] for sample in samples], dtype=np.uint32),
        origin=np.array(origin if origin is not None else [0] * len(samples), dtype=np.uint32),
        version=np.array([versions[name] for name in names], dtype=np.uint32),
        source=np.array([hash_group(sample.source) for sample in samples], dtype=np.uint64),
        id_hi=halves[:, 0],
        id_lo=halves[:, 1],
        score=np.array(scores, dtype=np.float32),
        domains=list(domains),
        origins=list(origins),
        versions=list(versions),
    )


def _version_of(sample: TrainingSample) -> str:
    if not sample.provenance.get("rehearsal"):
        return ""
    return str(sample.provenance.get("version") or "earlier")


def _recode(codes: IntArray, names: list[str], known: dict[str, int]) -> IntArray:
    """A row set's codes in the numbering common to all."""
    table = [known.setdefault(name, len(known)) for name in names] or [0]
    return np.array(table, dtype=np.min_scalar_type(max(table)))[codes]
