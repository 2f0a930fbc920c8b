"""The quarantine file: every refused line, where it stood and why.

One JSON object a line: file, line (1-based), offset (bytes, in the unpacked stream), length, reason,
detail, and the line itself as `raw`, or as `raw_base64` where it is not UTF-8. A longer line than the
reader keeps is cut, which `length` shows. Owns this format; knows neither reader nor stage.
"""

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from afs_engine.data.atomic import atomic_file
from afs_engine.data.display import show_path
from afs_engine.data.jsonl_block import BadLine

_ENCODER = msgspec.json.Encoder()


class QuarantineFile:
    """An open quarantine file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, path: Path, bad: BadLine) -> None:
        """Writes one refused line of `path`."""
        record = {
            "file": show_path(path),
            "line": bad.line,
            "offset": bad.offset,
            "length": bad.length,
            "reason": bad.reason,
            "detail": bad.detail,
        }
        self._file.write(_ENCODER.encode(record | _raw_field(bad.raw)) + b"\n")


@contextmanager
def quarantine_file(target: Path) -> Iterator[QuarantineFile]:
    """A quarantine file that replaces `target` when the block ends well. Raises StorageError."""
    with atomic_file(target) as file:
        yield QuarantineFile(file)


class LateQuarantine:
    """A quarantine file that is begun with its first line."""

    def __init__(self, target: Path, stack: ExitStack) -> None:
        self._target = target
        self._stack = stack
        self._file: QuarantineFile | None = None
        self.count = 0
        self.first: tuple[Path, BadLine] | None = None

    def add(self, path: Path, bad: BadLine) -> None:
        """Writes one refused line of `path`."""
        self.first = self.first or (path, bad)
        if self._file is None:
            self._file = self._stack.enter_context(quarantine_file(self._target))
        self._file.add(path, bad)
        self.count += 1


@contextmanager
def late_quarantine(target: Path) -> Iterator[LateQuarantine]:
    """A quarantine file that is there only if a line was refused; an older one goes away otherwise."""
    with ExitStack() as stack:
        late = LateQuarantine(target, stack)
        yield late
    if not late.count:
        target.unlink(missing_ok=True)


def _raw_field(raw: bytes) -> dict[str, str]:
    try:
        return {"raw": raw.decode()}
    except UnicodeDecodeError:
        return {"raw_base64": base64.b64encode(raw).decode()}
