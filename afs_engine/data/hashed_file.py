"""A new file that knows the sha256 of what was written to it, so that it need not be read again.

Owns neither the file's place nor when it counts: the store makes whole folders appear at once.
"""

import hashlib
from pathlib import Path
from types import TracebackType
from typing import Self

from afs_engine.data.direct_file import DirectFile


class HashedFile:
    """Opened for writing at `path`; `sha256` is that of all bytes so far, in hex."""

    def __init__(self, path: Path) -> None:
        self._file = DirectFile(path)
        self._state = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._state.update(data)

    @property
    def sha256(self) -> str:
        return self._state.hexdigest()
