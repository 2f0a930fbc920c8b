"""Columns of equal length as an Arrow file: how a step keeps one small decision a row.

Owns the reading and writing of these files. Polars and numpy are imported only when one is touched, so
that a run which changes nothing does not load them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int], np.dtype[Any]]


def write_columns(path: Path, columns: "Mapping[str, Array]") -> None:
    """Writes the columns; their order and types are kept."""
    import polars as pl

    pl.DataFrame(dict(columns)).write_ipc(path)


def read_column(path: Path, name: str) -> "Array":
    """One column; NaN stays NaN, a null in a float column becomes NaN."""
    import polars as pl

    return pl.read_ipc(path, columns=[name])[name].to_numpy()


def read_columns(paths: Sequence[Path], names: Sequence[str]) -> "dict[str, Array]":
    """The columns of several files with the same names, one after the other.

    Those of a single file stay mapped: they take no memory of their own, and can't be written to.
    """
    import numpy as np

    if len(paths) == 1:
        return {name: read_column(paths[0], name) for name in names}
    return {name: np.concatenate([read_column(path, name) for path in paths]) for name in names}
