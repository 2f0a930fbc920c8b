"""Stand-alone export: a source's samples as one JSONL file, redacted and filtered on the way.

Owns the order: redact, judge quality, then count towards the limit. Lines of a source that can't be
read go to a quarantine file beside the output, redacted too. Knows no kind of source.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.atomic import atomic_file
from afs_engine.data.counted import counted
from afs_engine.data.jsonl_block import BadLine
from afs_engine.data.quarantine import late_quarantine
from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample, encode_row
from afs_engine.errors import EmptyResultError, LedgerError
from afs_engine.stages.redaction.redactor import Redactor
from afs_engine.stages.redaction.rows import RowRedactor
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.scoring.quality_floor import QualityFloor


class ExportReport(BaseModel):
    """records_read = records_used + the sum of `skipped`; `samples` rows were written.

    `dropped` counts samples that a filter of this command left out; `redacted` counts findings by
    kind, and is None where redaction was switched off. `quarantined` lines are in `quarantine`.
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
    quarantined: int = 0
    quarantine: str | None = None


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
    quarantine = output.parent / f"{output.name}.quarantine.jsonl"
    with ExitStack() as stack:
        refused = stack.enter_context(late_quarantine(quarantine))
        file = stack.enter_context(atomic_file(output))
        counts = generator.counts
        counts.on_refused = passage.cleaned(refused.add)
        for sample in passage.let_through(generator.generate()):
            file.write(encode_row(sample.to_dict()) + b"\n")
            by_domain[sample.domain] = by_domain.get(sample.domain, 0) + 1
        if not by_domain:
            raise EmptyResultError(
                f"{counted(counts.read, 'record')} read, none gives a sample: "
                f"{_reasons(counts, passage.dropped)}",
                hint="look at the reasons, or name another folder",
            )
    if rules.limit is None and counts.missing:
        raise LedgerError(
            f"lost count of {counted(counts.missing, 'record')}",
            hint="this is a defect of AFS, please report it",
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
        quarantined=refused.count,
        quarantine=str(quarantine) if refused.count else None,
    )


class _Passage:
    """Redacts and judges samples while they pass."""

    def __init__(self, rules: ExportRules) -> None:
        profile, minimum = find_profile(rules.score_profile), rules.min_quality_score
        self._floor = None if minimum is None else QualityFloor(profile, minimum)
        self._limit = rules.limit
        self.redactor = Redactor() if rules.redact else None
        self._rows = RowRedactor(self.redactor) if self.redactor else None

    @property
    def dropped(self) -> dict[str, int]:
        """Samples that were not good enough, by reason."""
        return self._floor.dropped if self._floor else {}

    def cleaned(self, add: Callable[[Path, BadLine], None]) -> Callable[[Path, BadLine], None]:
        """`add` for refused lines, with their secrets taken out."""
        rows = self._rows
        if rows is None:
            return add
        return lambda path, bad: add(*rows.clean_bad(path, bad))

    def let_through(self, samples: Iterator[TrainingSample]) -> Iterator[TrainingSample]:
        """The samples to write. Without a floor none is redacted, and counted, beyond the limit."""
        wanted = samples if self._floor else islice(samples, self._limit)
        clean = self._rows.clean_samples(wanted) if self._rows else wanted
        return islice(self._floor.let_through(clean), self._limit) if self._floor else clean


def _reasons(counts: RecordCounts, dropped: dict[str, int]) -> str:
    told = [f"{n:,} {reason}" for reason, n in [*counts.skipped.most_common(), *dropped.items()]]
    return ", ".join(told) or "there are no records"
