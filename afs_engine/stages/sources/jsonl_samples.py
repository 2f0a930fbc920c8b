"""A JSONL (or Parquet) file as samples in memory, for scripts. Commands stream row sets instead."""

from pathlib import Path

from afs_engine.data.input_files import read_input
from afs_engine.data.sample import TrainingSample
from afs_engine.data.shape import ShapeError, shape_row
from afs_engine.errors import InputError, Where


def read_samples(path: Path) -> list[TrainingSample]:
    """All samples of the file, in order. A line that is no sample is an InputError that names it."""
    path = Path(path).expanduser()
    samples = []
    for block in read_input(path):
        if block.bad:
            bad = block.bad[0]
            raise InputError(
                f"{bad.reason}: {bad.detail}",
                where=Where(path, bad.line),
                hint="`afs training validate` parts good from bad",
            )
        for number, row in zip(block.numbers, block.rows, strict=True):
            try:
                samples.append(TrainingSample.from_dict(shape_row(row)))
            except ShapeError as problem:
                raise InputError(
                    str(problem),
                    where=Where(path, number),
                    hint="`afs training validate` parts good from bad",
                ) from None
    return samples
