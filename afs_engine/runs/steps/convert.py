"""The convert step: the files a trainer and a person read, and the leak certificate.

Writes data/train.jsonl, val.jsonl, test.jsonl (canonical rows with their id and score) and the
train side in the recipe's format. Lines are the stored bytes with fields put in before the closing
brace, not decoded and encoded again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from afs_engine.data.digest import hash_key
from afs_engine.data.finished_line import finish_lines
from afs_engine.data.hashed_file import HashedFile
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
from afs_engine.stages.splitting.certificate import WrittenSide, certify, certify_exact
from afs_engine.stages.splitting.sides import TEST, VAL

VERSION = 1
Array = np.ndarray[tuple[int], np.dtype[Any]]
OnLines = Callable[[list[bytes]], object]


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
        with HashedFile(data / f"train_{section.format}.jsonl") as formatted:
            sides = self._write_sides(data, lambda lines: formatted.write(converter.convert_block(lines)))
        certificate = certify(data) if self.context.recipe.dedup.near else certify_exact(sides)
        (folder / "leak.json").write_text(certificate.model_dump_json(indent=1) + "\n")
        sums = certificate.sha256 | {f"train_{section.format}": formatted.sha256}
        sums = {f"{name}.jsonl": digest for name, digest in sorted(sums.items())}
        return Made(
            digest=hash_key(sums),
            ledgers=[_ledger(certificate.rows["train"], converter)],
            facts={
                "sha256": sums,
                "rows": certificate.rows,
                "leaks": certificate.model_dump(include={"exact_pairs", "near_pairs"}),
            },
        )

    def _write_sides(self, data: Path, on_train: OnLines) -> dict[str, WrittenSide]:
        """Writes the three files; `on_train` is given the train side's lines as they are stored."""
        side = self.split.side
        rows = {
            "train": self.training.rows,
            "val": np.flatnonzero(side == VAL),
            "test": np.flatnonzero(side == TEST),
        }
        with RowReader(self.rowsets) as reader:
            return {
                name: self._write_side(
                    reader, data / f"{name}.jsonl", rows[name], on_train if name == "train" else None
                )
                for name in rows
            }

    def _write_side(
        self, reader: RowReader, path: Path, rows: Array, on_lines: OnLines | None
    ) -> WrittenSide:
        done = 0
        with HashedFile(path) as file:
            for part, lines in reader.blocks(rows):
                present, ids = reader.identities(part)
                file.write(finish_lines(lines, present, ids, self.scored.members_json(part)))
                if on_lines:
                    on_lines(lines)
                done += len(part)
                self.context.progress("convert", done, len(rows))
        return WrittenSide(reader.content_ids(rows), file.sha256)


def _ledger(rows: int, converter: Converter) -> Ledger:
    gone = sum(converter.dropped.values())
    notes = {"history left out": converter.history_left_out} if converter.history_left_out else {}
    ledger = Ledger(
        stage="convert", rows_in=rows, rows_out=rows - gone, dropped=converter.dropped, notes=notes
    )
    return ledger.checked()
