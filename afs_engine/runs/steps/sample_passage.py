"""From a generator to the store: its samples judged, counted and taken in, its bad lines put aside.

Owns the account of a source that makes samples: every record that it read and every sample that it made
is used or counted under a reason. Knows no kind of source beyond its quality floor and its limit.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from afs_engine.data.counted import counted
from afs_engine.data.ingest import Ingest
from afs_engine.data.jsonl_block import BadLine
from afs_engine.data.ledger import Ledger
from afs_engine.data.quarantine import LateQuarantine
from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import LedgerError
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import AnySource, ChatSource
from afs_engine.runs.steps.export import floor_profile
from afs_engine.runs.steps.open_source import open_generator

if TYPE_CHECKING:
    from afs_engine.stages.redaction.rows import RowRedactor

_OVER_LIMIT = "over the limit"


class SamplePassage:
    """Takes a generator's samples into the store. `rows` redacts; None: nothing is redacted."""

    def __init__(self, context: StepContext, source: AnySource, rows: "RowRedactor | None") -> None:
        self._context = context
        self._source = source
        self._rows = rows
        self._made = 0
        self._dropped: Counter[str] = Counter()

    def ingest(
        self, path: Path, ingest: Ingest, quarantine: LateQuarantine
    ) -> tuple[Ledger, dict[str, object]]:
        """The ledger of the samples, and what became of the generator's records."""
        name = self._source.name
        generator = open_generator(self._source, path, self._context.workspace.root)
        counts: RecordCounts | None = getattr(generator, "counts", None)
        if counts is not None:
            counts.on_refused = self._cleaned(quarantine.add)
        misshapen = ingest.add_samples(self._let_through(self._counted(generator.generate())))
        self._context.progress("export", self._made, note=name)
        self._dropped.update(each.reason for each in misshapen)
        ledger = Ledger(
            stage=f"export {name}",
            rows_in=self._made,
            rows_out=self._made - self._dropped.total(),
            dropped=dict(sorted(self._dropped.items())),
        )
        return ledger, _records(name, counts)

    def _counted(self, samples: Iterator[TrainingSample]) -> Iterator[TrainingSample]:
        for sample in samples:
            self._made += 1
            yield sample

    def _let_through(self, samples: Iterator[TrainingSample]) -> Iterator[TrainingSample]:
        """The samples above the floor, as far as the limit goes; judged redacted, as by the command."""
        source, profile = self._source, floor_profile(self._context, self._source)
        if not isinstance(source, ChatSource) or source.min_quality_score is None or profile is None:
            yield from samples
            return
        from afs_engine.stages.scoring.quality_floor import QualityFloor

        rows = self._rows
        clean = rows.clean_samples(samples) if rows else samples
        floor = QualityFloor(profile, source.min_quality_score)
        for kept, sample in enumerate(floor.let_through(clean)):
            if source.limit is None or kept < source.limit:
                yield sample
            else:
                self._dropped[_OVER_LIMIT] += 1
        self._dropped.update(floor.dropped)

    def _cleaned(self, add: Callable[[Path, BadLine], None]) -> Callable[[Path, BadLine], None]:
        """`add` for refused lines, with their secrets taken out."""
        rows = self._rows
        if rows is None:
            return add
        return lambda path, bad: add(*rows.clean_bad(path, bad))


def _records(name: str, counts: RecordCounts | None) -> dict[str, object]:
    """What became of the records that a generator read."""
    if counts is None:
        return {}
    if counts.missing:
        raise LedgerError(
            f"source '{name}' lost count of {counted(counts.missing, 'record')}",
            hint="this is a defect of AFS, please report it",
        )
    return {
        "read": counts.read,
        "used": counts.used,
        "skipped": dict(sorted(counts.skipped.items())),
        "unknown": dict(sorted(counts.unknown.items())),
    }
