"""Stand-alone export: a source's samples as one JSONL file, redacted and filtered on the way.

Owns the order: redact, judge quality, then count towards the limit. Knows no kind of source.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.atomic import atomic_file
from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import EmptyResultError, LedgerError
from afs_engine.stages.redaction.redactor import Redactor
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.scoring.scorer import QualityScorer

_SCORED_AT_ONCE = 512


class ExportReport(BaseModel):
    """records_read = records_used + the sum of `skipped`; `samples` rows were written.

    `dropped` counts samples that a filter of this command left out; `redacted` counts findings by
    kind, and is None where redaction was switched off.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    samples: int
    by_domain: dict[str, int]
    records_read: int
    records_used: int
    skipped: dict[str, int]
    unknown: dict[str, int]
    dropped: dict[str, int] = Field(default_factory=dict)
    redacted: dict[str, int] | None = None


class CountingGenerator(Protocol):
    """A generator that accounts for its records; `counts` is complete once `generate` is through."""

    counts: RecordCounts

    def generate(self) -> Iterator[TrainingSample]: ...


@dataclass(frozen=True)
class ExportRules:
    """What happens to samples between the source and the file. `limit` counts what is left."""

    redact: bool = True
    min_quality_score: float | None = None
    score_profile: str = "generic"
    limit: int | None = None


def export_file(generator: CountingGenerator, output: Path, rules: ExportRules) -> ExportReport:
    """Writes the generator's samples. Raises EmptyResultError when there are none, and writes nothing."""
    passage = _Passage(rules)
    by_domain: dict[str, int] = {}
    with atomic_file(output) as file:
        for sample in islice(passage.let_through(generator.generate()), rules.limit):
            file.write(sample.to_json().encode() + b"\n")
            by_domain[sample.domain] = by_domain.get(sample.domain, 0) + 1
        counts = generator.counts
        if not by_domain:
            raise EmptyResultError(
                f"{counts.read:,} records read, none gives a sample: {_reasons(counts, passage.dropped)}",
                hint="look at the reasons, or name another folder",
            )
    if rules.limit is None and counts.missing:
        raise LedgerError(
            f"lost count of {counts.missing} records", hint="this is a defect of AFS, please report it"
        )
    return ExportReport(
        output=str(output),
        samples=sum(by_domain.values()),
        by_domain=dict(sorted(by_domain.items())),
        records_read=counts.read,
        records_used=counts.used,
        skipped=dict(sorted(counts.skipped.items())),
        unknown=dict(sorted(counts.unknown.items())),
        dropped=passage.dropped,
        redacted=passage.redactor.report().counts if passage.redactor else None,
    )


class _Passage:
    """Redacts and judges samples while they pass."""

    def __init__(self, rules: ExportRules) -> None:
        self._rules = rules
        self._profile = find_profile(rules.score_profile)
        self.redactor = Redactor() if rules.redact else None
        self.dropped: dict[str, int] = {}

    def let_through(self, samples: Iterator[TrainingSample]) -> Iterator[TrainingSample]:
        redactor = self.redactor
        clean = (redactor.redact_sample(each)[0] for each in samples) if redactor else samples
        minimum = self._rules.min_quality_score
        return clean if minimum is None else self._only_good(clean, minimum)

    def _only_good(self, samples: Iterator[TrainingSample], minimum: float) -> Iterator[TrainingSample]:
        with QualityScorer(self._profile) as scorer:
            while batch := list(islice(samples, _SCORED_AT_ONCE)):
                scores = scorer.score_block([sample.output for sample in batch]).overall
                for sample, score in zip(batch, scores.tolist(), strict=True):
                    if score >= minimum:
                        yield sample
                    else:
                        reason = f"quality below {minimum:g}" if score == score else "no quality score"
                        self.dropped[reason] = self.dropped.get(reason, 0) + 1


def _reasons(counts: RecordCounts, dropped: dict[str, int]) -> str:
    told = [f"{n:,} {reason}" for reason, n in [*counts.skipped.most_common(), *dropped.items()]]
    return ", ".join(told) or "there are no records"
