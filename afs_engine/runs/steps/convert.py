"""The convert step: the files a trainer and a person read, and the leak certificate.

Owns its key and what is stored. The writing is `write_data`, imported only where it has to be done.
"""

from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.balance import TrainingSet
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported
from afs_engine.runs.steps.score import Scored
from afs_engine.runs.steps.split import Split

VERSION = 1


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

    def make(folder: Path) -> Made:
        from afs_engine.runs.steps.write_data import DataWriter  # numpy takes a while to load

        return DataWriter(context, sets, scored, split, training).make(folder)

    return Converted(context.store.get_or_make("convert", inputs, make))
