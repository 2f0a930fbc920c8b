"""Columns of equal length in a folder, one .npy file each: how small facts are kept, one a row.

They are written block by block and read memory-mapped, so that neither needs memory for a whole column.
Owns the reading and writing of these files. Numpy is imported only when one is touched, so that a run
which changes nothing does not load it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from afs_engine.data.digest import hash_files

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int], np.dtype[Any]]

_HEADER_BYTES = 128  # of the .npy format, for a short name of a type and up to 20 digits of rows


class ColumnsWriter:
    """Columns that grow block by block in the new folder `folder`; `kinds` names each one's numpy type."""

    def __init__(self, folder: Path, kinds: Mapping[str, str]) -> None:
        folder.mkdir(parents=True)
        self._kinds = kinds
        self._files: dict[str, BinaryIO] = {}
        self.rows = 0
        for name in kinds:
            self._files[name] = (folder / f"{name}.npy").open("wb")
            self._files[name].write(bytes(_HEADER_BYTES))

    def append(self, columns: Mapping[str, Any]) -> None:
        """Adds rows: for each column an array or a list; None becomes NaN."""
        import numpy as np

        arrays = {name: np.ascontiguousarray(columns[name], dtype=kind) for name, kind in self._kinds.items()}
        for name, array in arrays.items():
            self._files[name].write(array.data)
        self.rows += len(next(iter(arrays.values())))

    def close(self) -> None:
        """Writes the heads, now that the number of rows is known."""
        import numpy as np

        for name, file in self._files.items():
            head = {"descr": np.dtype(self._kinds[name]).str, "fortran_order": False, "shape": (self.rows,)}
            file.seek(0)
            np.lib.format.write_array_header_1_0(file, head)
            assert file.tell() == _HEADER_BYTES
            file.close()


def write_columns(folder: Path, columns: "Mapping[str, Array]") -> None:
    """Writes whole columns into the new folder `folder`; their types are kept."""
    writer = ColumnsWriter(folder, {name: values.dtype.str for name, values in columns.items()})
    writer.append(columns)
    writer.close()


def hash_columns(folder: Path) -> str:
    """32 hex digits over the columns' names, types and values."""
    return hash_files(sorted(folder.glob("*.npy")))


def read_column(folder: Path, name: str) -> "Array":
    """One column, mapped: it takes no memory of its own, and can't be written to."""
    import numpy as np

    path = folder / f"{name}.npy"
    is_empty = path.stat().st_size == _HEADER_BYTES  # nothing can't be mapped
    return np.asarray(np.load(path, mmap_mode=None if is_empty else "r"))


def read_columns(folders: Sequence[Path], names: Sequence[str]) -> "dict[str, Array]":
    """The columns of several folders with the same names, one after the other; those of one stay mapped."""
    return {name: join_columns([read_column(folder, name) for folder in folders]) for name in names}


def join_columns(parts: "Sequence[Array]") -> "Array":
    """The parts of a column, one after the other; a single one stays as it is, mapped where it was."""
    import numpy as np

    return parts[0] if len(parts) == 1 else np.concatenate(parts)
