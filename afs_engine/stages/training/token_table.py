"""The tokens of a whole file of rows, in one unnamed temporary file that is read through a map.

Memory stays flat however many rows there are; nothing is left on disk afterwards. It must not know
how rows are tokenised or trained.
"""

import tempfile
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, overload

import numpy as np
import numpy.typing as npt

from afs_engine.data.atomic import storage_error
from afs_engine.stages.training.masking import TokenRow

_WRITE_BYTES = 4 << 20


class TokenTableWriter:
    """Takes rows one by one; `finish` gives the table.

    `folder` is where the temporary file lies (None: the system's place for such), `vocabulary_size`
    decides its numbers' width: two bytes where that is enough, else four.
    """

    def __init__(self, vocabulary_size: int, folder: Path | None = None) -> None:
        self._dtype: np.dtype[Any] = np.dtype(np.uint16 if vocabulary_size <= 1 << 16 else np.int32)
        self._folder = folder
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder, buffering=_WRITE_BYTES)  # noqa: SIM115
        self._columns = _Columns()

    def append(self, row: TokenRow) -> None:
        """Raises StorageError when the disk is full."""
        try:
            self._file.write(row.ids.astype(self._dtype).tobytes())
        except OSError as error:
            raise storage_error(error, self._folder or Path(tempfile.gettempdir())) from error
        self._columns.append(row)

    def finish(self) -> "TokenTable":
        try:
            self._file.flush()
        except OSError as error:
            raise storage_error(error, self._folder or Path(tempfile.gettempdir())) from error
        ids: npt.NDArray[Any] = np.zeros(0, self._dtype)
        if self._columns.ends[-1]:
            ids = np.memmap(self._file, self._dtype, mode="r")
        self._file.close()
        return TokenTable(ids, self._columns)


class _Columns:
    """What is known of each row beside its ids; row i's ids are those from ends[i] to ends[i + 1]."""

    def __init__(self) -> None:
        self.ends = array("q", [0])
        self.span_ends = array("q", [0])
        self.spans = array("i")  # from, to, from, to, ...
        self.lines = array("q")
        self.scores = array("d")  # NaN: not measured
        self.domains = array("i")
        self.domain_codes: dict[str, int] = {}

    def append(self, row: TokenRow) -> None:
        self.ends.append(self.ends[-1] + len(row.ids))
        for span in row.spans:
            self.spans.extend(span)
        self.span_ends.append(len(self.spans))
        self.lines.append(row.line)
        self.scores.append(float("nan") if row.score is None else row.score)
        self.domains.append(self.domain_codes.setdefault(row.domain, len(self.domain_codes)))


class TokenTable(Sequence[TokenRow]):
    """The rows, by index, as they were appended; only sound rows (`ended`) are kept in one."""

    def __init__(self, ids: npt.NDArray[Any], columns: _Columns) -> None:
        self._ids = ids
        self._columns = columns
        self._domain_names = list(columns.domain_codes)

    def __len__(self) -> int:
        return len(self._columns.lines)

    @overload
    def __getitem__(self, index: int) -> TokenRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[TokenRow]: ...
    def __getitem__(self, index: int | slice) -> TokenRow | list[TokenRow]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        row = range(len(self))[index]
        columns = self._columns
        flat = columns.spans[columns.span_ends[row] : columns.span_ends[row + 1]]
        score = columns.scores[row]
        return TokenRow(
            line=columns.lines[row],
            domain=self._domain_names[columns.domains[row]],
            ids=np.asarray(self._ids[columns.ends[row] : columns.ends[row + 1]], np.int32),
            spans=tuple(zip(flat[::2], flat[1::2], strict=True)),
            score=None if score != score else score,
        )

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Tokens of each row."""
        ends = np.frombuffer(self._columns.ends, np.int64)
        return ends[1:] - ends[:-1]

    @property
    def scores(self) -> npt.NDArray[np.float64]:
        """quality_score of each row; NaN is "not measured"."""
        return np.frombuffer(self._columns.scores, np.float64)
