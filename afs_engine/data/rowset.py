"""A row set: the rows of one source on disk, and a light index beside them.

A folder with `rows.jsonl` (one canonical JSON object a line, as the bytes it came in wherever they
did not have to change), `index/*.npy` (fixed-width columns, memory-mapped, so that a stage pays
only for the columns it reads) and `rowset.json`. Owns this layout; knows no stage.
"""

import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from afs_engine.data.atomic import write_atomic
from afs_engine.data.columns import ColumnsWriter, read_column
from afs_engine.data.digest import FilesHasher
from afs_engine.errors import StorageError

if TYPE_CHECKING:
    import numpy as np

    Lengths = np.ndarray[tuple[int], np.dtype[np.uint64]]

# offset, length: the line in rows.jsonl without its line end. id_hi, id_lo: the content id.
# group, source: hash_group() of the names (the row's own id where it has no group).
# domain, version: codes into RowSetInfo's lists; version 0 is "new", not from an earlier version.
# present: bits of HAS_*, which of the fields that we may add the line has already.
INDEX_TYPES = {
    "offset": "uint64",
    "length": "uint32",
    "id_hi": "uint64",
    "id_lo": "uint64",
    "group": "uint64",
    "source": "uint64",
    "domain": "uint32",
    "version": "uint16",
    "present": "uint8",
    "output_chars": "uint32",
    "score": "float32",
}
HAS_ID, HAS_GROUP, HAS_SCORE, HAS_DOMAIN, HAS_COMPONENTS = 1, 2, 4, 8, 16
READ_BLOCK_BYTES = 4 << 20
_WRITE_BYTES = 256 << 10  # at a time: Linux takes four times the CPU for half a megabyte and more
_ROWS_FILE = "rows.jsonl"

Columns = dict[str, Any]  # name -> list or numpy array, one value a row


class RowSetInfo(BaseModel):
    """What `rowset.json` holds. `digest` covers the rows' bytes and the index."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int
    domains: list[str]
    versions: list[str]
    digest: str


class RowSetWriter:
    """Appends rows; the folder is a row set once `close` has written `rowset.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = ColumnsWriter(folder / "index", INDEX_TYPES)
        self._file = (folder / _ROWS_FILE).open("wb", buffering=0)
        self._hasher = FilesHasher()
        self._hasher.begin(_ROWS_FILE)
        self._offset = 0
        self._domains: dict[str, int] = {}
        self._versions: dict[str, int] = {"": 0}

    @property
    def rows(self) -> int:
        """The rows so far."""
        return self._index.rows

    def domain_code(self, domain: str) -> int:
        """The code of a domain in this row set, made at first use."""
        return self._domains.setdefault(domain, len(self._domains))

    def version_code(self, version: str) -> int:
        """The code of an earlier version's name; "" is 0."""
        return self._versions.setdefault(version, len(self._versions))

    def append(self, lines: Sequence[bytes], columns: Columns) -> None:
        """Lines without line ends, and for each its index columns from `id_hi` on."""
        import numpy as np

        if lines:
            lengths = np.fromiter(map(len, lines), dtype=np.uint64, count=len(lines))
            self.append_data(b"\n".join((*lines, b"")), lengths, columns)

    def append_data(self, data: bytes, lengths: "Lengths", columns: Columns) -> None:
        """Lines that lie together in `data`, each ended by LF; `lengths` (uint64) without it."""
        import numpy as np

        ends = np.cumsum(lengths + 1)
        offsets = {"offset": self._offset + ends - lengths - 1, "length": lengths}
        self._index.append(offsets | columns)
        self._hasher.update(data)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest[:_WRITE_BYTES]) :]
        self._offset += len(data)

    def close(self) -> RowSetInfo:
        """Writes what is left and the summary; returns it."""
        self._index.close()
        self._file.close()
        self._hasher.end()
        for column in sorted((self.folder / "index").glob("*.npy")):
            self._hasher.add_file(column)
        info = RowSetInfo(
            rows=self.rows,
            domains=list(self._domains),
            versions=list(self._versions),
            digest=self._hasher.hexdigest(),
        )
        write_atomic(self.folder / "rowset.json", info.model_dump_json(indent=1).encode())
        return info


class RowSet:
    """A finished row set, opened for reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.info = RowSetInfo.model_validate_json((folder / "rowset.json").read_bytes())
        except (OSError, ValueError) as error:
            raise StorageError(
                "a stored row set can't be read", where=folder, hint="remove this folder and run again"
            ) from error

    @property
    def rows(self) -> int:
        return self.info.rows

    @property
    def rows_path(self) -> Path:
        return self.folder / _ROWS_FILE

    def column(self, name: str) -> "np.ndarray[Any, Any]":
        """One index column, mapped; a score that the row does not have is NaN."""
        return read_column(self.folder / "index", name)

    def data_blocks(self) -> Iterator[bytes]:
        """All lines in order, in blocks of whole lines of about 4 MB; each line is ended by LF."""
        import numpy as np

        line_starts = self.column("offset").astype(np.int64)
        size = self.rows_path.stat().st_size
        rows = np.searchsorted(line_starts, np.arange(0, size, READ_BLOCK_BYTES))
        starts = line_starts[np.unique(rows[rows < len(line_starts)])]
        with self.rows_path.open("rb") as file:
            for length in np.diff(starts, append=size).tolist():
                yield file.read(length)

    def line_blocks(self) -> Iterator[list[bytes]]:
        """The lines of `data_blocks`, without line ends."""
        for data in self.data_blocks():
            lines = data.split(b"\n")
            lines.pop()
            yield lines

    def open_lines(self) -> "LineReader":
        """Random access to lines by row number; to be closed."""
        return LineReader(self)


class LineReader:
    """Lines of a row set by row number."""

    def __init__(self, rowset: RowSet) -> None:
        self._offsets, self._lengths = rowset.column("offset"), rowset.column("length")
        self._file = rowset.rows_path.open("rb")
        size = rowset.rows_path.stat().st_size
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if size else None

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        self._file.close()

    def places(self, rows: "np.ndarray[Any, Any]") -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
        """Where the lines at `rows` begin in memory, until `close`, and their lengths."""
        import numpy as np

        address = np.frombuffer(self._map, np.uint8).ctypes.data if self._map is not None else 0
        return self._offsets[rows].astype(np.int64) + address, self._lengths[rows].astype(np.int64)

    def lines(self, rows: "np.ndarray[Any, Any]", cut: int = 0) -> list[bytes]:
        """The lines at `rows`, less the last `cut` bytes of each, in the order asked for."""
        import numpy as np

        data = self._map
        if data is None:
            return []
        starts = self._offsets[rows].astype(np.int64)
        ends = starts + self._lengths[rows] - cut
        return [data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
