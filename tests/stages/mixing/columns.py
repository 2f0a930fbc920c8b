"""Candidates for tests: a few plain values a row instead of files."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from afs_engine.data.digest import hash_group
from afs_engine.stages.mixing.candidates import Candidates

DOMAINS = ["asm", "docs", "quest"]
ORIGINS = ["one", "two_scored"]


@dataclass(frozen=True)
class Row:
    content: int
    domain: str = "asm"
    score: float | None = None
    origin: str = "one"
    source: str = ""
    version: str = ""


def candidates(rows: Sequence[Row]) -> Candidates:
    """The rows as columns; equal `content` means the same text."""
    versions = ["", *sorted({row.version for row in rows} - {""})]
    scores = [np.nan if row.score is None else row.score for row in rows]
    content = np.array([row.content for row in rows], dtype=np.uint64)
    return Candidates(
        domain=np.array([DOMAINS.index(row.domain) for row in rows], dtype=np.uint32),
        origin=np.array([ORIGINS.index(row.origin) for row in rows], dtype=np.uint32),
        version=np.array([versions.index(row.version) for row in rows], dtype=np.uint32),
        source=np.array([hash_group(row.source) for row in rows], dtype=np.uint64),
        id_hi=content * np.uint64(0x9E3779B97F4A7C15),
        id_lo=content,
        score=np.array(scores, dtype=np.float32),
        domains=DOMAINS,
        origins=ORIGINS,
        versions=versions,
    )


# scores that a 32-bit float holds exactly, so that comparisons mean what they say
SCORES = st.none() | st.integers(0, 16).map(lambda n: n / 16)


def rows_of(max_size: int = 40, min_size: int = 1) -> st.SearchStrategy[list[Row]]:
    """Rows with contents of their own, in some order."""
    row = st.builds(Row, st.integers(0, 10_000), st.sampled_from(DOMAINS), SCORES)
    return st.lists(row, min_size=min_size, max_size=max_size, unique_by=lambda each: each.content)
