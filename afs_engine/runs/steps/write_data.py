"""Writing the data files of the convert step.

data/train.jsonl, val.jsonl and test.jsonl are canonical rows with their id and score; beside them lies
the train side in the recipe's format. Lines are the stored bytes with fields put in before the closing
brace, not decoded and encoded again, and hashed while they are written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from afs_engine.data.compiled import JoinedLines, find_core
from afs_engine.data.digest import hash_key
from afs_engine.data.finished_line import HAS_OWN, finish_lines, finished_pieces
from afs_engine.data.hashed_file import HashedFile
from afs_engine.data.ledger import Ledger
from afs_engine.data.row_reader import RowReader, parts_of
from afs_engine.data.rowset import RowSet
from afs_engine.data.scratch import scratch_array
from afs_engine.data.store import Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.balance import TrainingSet
from afs_engine.runs.steps.score import Scored
from afs_engine.runs.steps.split import Split
from afs_engine.stages.formats.convert import Converter, find_format
from afs_engine.stages.splitting.certificate import WrittenSide, certify, certify_exact
from afs_engine.stages.splitting.ratios import TEST, VAL

Array = np.ndarray[tuple[int], np.dtype[Any]]
OnLines = Callable[[bytes | JoinedLines], object]


@dataclass(frozen=True)
class DataWriter:
    """Writes one run's data files, and counts their rows while they pass."""

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
        """Writes the three files; `on_train` is given the train side's lines as they are written."""
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
        ids = scratch_array(path.parent, np.uint64, 2 * len(rows)).reshape(-1, 2)
        with HashedFile(path) as file:
            for part in parts_of(rows):
                ids[done : done + len(part)] = reader.content_ids(part)
                lines = self._finish(reader, part)
                file.write(lines if isinstance(lines, bytes) else lines.data)
                if on_lines:
                    on_lines(lines)
                done += len(part)
                self.context.progress("convert", done, len(rows))
        return WrittenSide(ids, file.sha256)

    def _finish(self, reader: RowReader, rows: Array) -> bytes | JoinedLines:
        """The lines as they leave; put together by the compiled core where they are all of the usual kind."""
        core = find_core()
        if core and not (reader.present(rows) & HAS_OWN).any():
            scores = self.scored.member_pieces(rows)
            if scores is not None:
                opened = reader.line_pieces(rows, cut=len(b"}"))
                return core.join(finished_pieces(opened, reader.id_pieces(rows), scores), len(rows))
        present, ids = reader.identities(rows)
        opened_lines = reader.lines(rows, cut=len(b"}"))
        return finish_lines(opened_lines, present, ids, self.scored.members_json(rows))


def _ledger(rows: int, converter: Converter) -> Ledger:
    gone = sum(converter.dropped.values())
    notes = {"history left out": converter.history_left_out} if converter.history_left_out else {}
    ledger = Ledger(
        stage="convert", rows_in=rows, rows_out=rows - gone, dropped=converter.dropped, notes=notes
    )
    return ledger.checked()
