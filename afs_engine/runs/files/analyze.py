"""Looking at files before training: rows by domain, lengths, scores, copies."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from afs_engine.data.columns import join_columns
from afs_engine.runs.files.load import loaded_files
from afs_engine.stages.dedup.exact import first_occurrences
from afs_engine.stages.mixing.candidates import collect_candidates


class DomainCount(BaseModel):
    """`mean_score` is over the scored rows; None where there are none."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    domain: str
    samples: int
    share: float
    mean_output_chars: float
    mean_score: float | None


class Analysis(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int
    quarantined: int
    exact_copies: int
    unscored: int
    by_version: dict[str, int]
    domains: list[DomainCount]


def analyze_files(inputs: Sequence[Path]) -> Analysis:
    """What is in the files; largest domain first."""
    with tempfile.TemporaryDirectory() as scratch, loaded_files(inputs, Path(scratch) / "analysis") as loaded:
        rows = collect_candidates(loaded.rowsets, loaded.stems)
        chars = join_columns([rowset.column("output_chars") for rowset in loaded.rowsets])
        ids = np.stack([rows.id_hi, rows.id_lo], axis=1)
        domains = [
            _count(name, rows.domain == code, chars, rows.score) for code, name in enumerate(rows.domains)
        ]
        versions = np.bincount(rows.version, minlength=len(rows.versions))
        return Analysis(
            rows=len(rows),
            quarantined=loaded.quarantined,
            exact_copies=int((~first_occurrences(ids)).sum()),
            unscored=int(np.isnan(rows.score).sum()),
            by_version={name: int(n) for name, n in zip(rows.versions, versions, strict=True) if name and n},
            domains=sorted(domains, key=lambda each: (-each.samples, each.domain)),
        )


def _count(name: str, mask: Any, chars: Any, score: Any) -> DomainCount:
    scored = score[mask & ~np.isnan(score)]
    return DomainCount(
        domain=name,
        samples=int(mask.sum()),
        share=round(float(mask.mean()), 4),
        mean_output_chars=round(float(chars[mask].mean()), 1) if mask.any() else 0.0,
        mean_score=round(float(scored.mean()), 4) if len(scored) else None,
    )
