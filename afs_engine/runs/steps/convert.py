"""The convert step: the files a trainer and a person read, and the leak certificate.

Writes data/train.jsonl, val.jsonl, test.jsonl (canonical rows with their id and score) and the
train side in the recipe's format. Lines are the stored bytes with fields put in before the closing
brace, not decoded and encoded again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from afs_engine.data.digest import hash_key, sha256_file
from afs_engine.data.finished_line import finish_line
from afs_engine.data.ledger import Ledger
from afs_engine.data.row_reader import RowReader
from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.balance import TrainingSet
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported
from afs_engine.runs.steps.score import Scored
from afs_engine.runs.steps.split import Split
from afs_engine.stages.formats.convert import Converter, find_format
from afs_engine.stages.splitting.certificate import certify
from afs_engine.stages.splitting.sides import TEST, VAL

VERSION = 1
Array = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True)
class Converted:
    """The run's data files, in `data/` of the entry, and `leak.json`."""

    entry: Entry

    @property
    def data(self) -> Path:
        return self.entry.folder / "data"

    @property
    def digests(self) -> dict[str, str]:
        """File name to sha256."""
        return dict(self.entry.result.facts["sha256"])


def convert_rows(
    context: StepContext,
    exported: list[Exported],
    scored: Scored,
    split: Split,
    earlier: Earlier | None,
    training: TrainingSet,
) -> Converted:
    """The data files, from the store or written now."""
    section = context.recipe.convert
    inputs = {
        "version": VERSION,
        "rows": [each.entry.result.digest for each in exported],
        "scored": scored.entry.result.digest,
        "split": split.entry.result.digest,
        "earlier": earlier.digest if earlier else None,
        "training": training.entry.result.digest,
        "convert": section.model_dump(),
        "near": context.recipe.dedup.near,
    }
    sets = [each.rowset for each in exported] + ([earlier.rowset] if earlier else [])
    job = _Convert(context, sets, scored, split, training)
    return Converted(context.store.get_or_make("convert", inputs, job.make))


@dataclass(frozen=True)
class _Convert:
    context: StepContext
    rowsets: list[RowSet]
    scored: Scored
    split: Split
    training: TrainingSet

    def make(self, folder: Path) -> Made:
        data = folder / "data"
        data.mkdir()
        section = self.context.recipe.convert
        converter = Converter(find_format(section.format), section.system_prompt)
        rows, sides = self.training.rows, self.split.side
        formatted = data / f"train_{section.format}.jsonl"
        with (data / "train.jsonl").open("wb") as plain, formatted.open("wb") as file:
            for lines in self._lines(rows):
                _write(plain, lines)
                _write(file, converter.convert(lines))
        for name, side in (("val", VAL), ("test", TEST)):
            with (data / f"{name}.jsonl").open("wb") as plain:
                for lines in self._lines(np.flatnonzero(sides == side)):
                    _write(plain, lines)
        ledger = _ledger(len(rows), converter)
        certificate = certify(data, near=self.context.recipe.dedup.near)
        (folder / "leak.json").write_text(certificate.model_dump_json(indent=1) + "\n")
        sums = {path.name: sha256_file(path) for path in sorted(data.iterdir())}
        return Made(
            digest=hash_key(sums),
            ledgers=[ledger],
            facts={
                "sha256": sums,
                "rows": certificate.rows,
                "leaks": certificate.model_dump(include={"exact_pairs", "near_pairs"}),
            },
        )

    def _lines(self, rows: Array) -> Iterator[list[bytes]]:
        """Finished lines of these rows, in order, in blocks."""
        done = 0
        with RowReader(self.rowsets) as reader:
            for part, lines in reader.blocks(rows):
                present, ids = reader.identities(part)
                members = self.scored.members_json(part)
                yield list(map(finish_line, lines, present, ids, members))
                done += len(part)
                self.context.progress("convert", done, len(rows))


def _ledger(rows: int, converter: Converter) -> Ledger:
    gone = sum(converter.dropped.values())
    notes = {"history left out": converter.history_left_out} if converter.history_left_out else {}
    ledger = Ledger(
        stage="convert", rows_in=rows, rows_out=rows - gone, dropped=converter.dropped, notes=notes
    )
    return ledger.checked()


def _write(file: BinaryIO, lines: list[bytes]) -> None:
    if lines:
        file.write(b"\n".join(lines) + b"\n")
