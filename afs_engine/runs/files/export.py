"""Stand-alone export: a source's samples as one JSONL file."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.atomic import atomic_file
from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import EmptyResultError, LedgerError
from afs_engine.stages.sources.generator import BaseGenerator


class ExportReport(BaseModel):
    """records_read = records_used + the sum of `skipped`; `samples` rows were written."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    samples: int
    by_domain: dict[str, int]
    records_read: int
    records_used: int
    skipped: dict[str, int]
    unknown: dict[str, int]


def export_file(
    generator: BaseGenerator, counts: RecordCounts, output: Path, *, limit: int | None = None
) -> ExportReport:
    """Writes the generator's samples. Raises EmptyResultError when there are none, and writes nothing."""
    by_domain: dict[str, int] = {}
    written = 0
    with atomic_file(output) as file:
        for sample in _limited(generator.generate(), limit):
            file.write(sample.to_json().encode() + b"\n")
            by_domain[sample.domain] = by_domain.get(sample.domain, 0) + 1
            written += 1
        if not written:
            raise EmptyResultError(
                f"{counts.read:,} records read, none gives a sample: {_reasons(counts)}",
                hint="look at the reasons, or name another folder",
            )
    if limit is None and counts.missing:
        raise LedgerError(
            f"lost count of {counts.missing} records", hint="this is a defect of AFS, please report it"
        )
    return ExportReport(
        output=str(output),
        samples=written,
        by_domain=dict(sorted(by_domain.items())),
        records_read=counts.read,
        records_used=counts.used,
        skipped=dict(sorted(counts.skipped.items())),
        unknown=dict(sorted(counts.unknown.items())),
    )


def _limited(samples: Iterator[TrainingSample], limit: int | None) -> Iterator[TrainingSample]:
    for number, sample in enumerate(samples):
        if limit is not None and number >= limit:
            return
        yield sample


def _reasons(counts: RecordCounts) -> str:
    return (
        ", ".join(f"{n:,} {reason}" for reason, n in counts.skipped.most_common()) or "there are no records"
    )
