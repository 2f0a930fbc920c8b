"""Checking a JSONL file, and parting its good rows from its bad ones.

Owns what "valid" means for a training file: the strict reader accepts the line, and the row has a
shape that can be trained on (`shape.shape_row`, the importer's own rule). A file none of whose first
rows has a training field (a log, an index) is checked as JSONL only, and a note says so. Chat control
tokens are counted and never refused.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.atomic import atomic_file
from afs_engine.data.display import show_path
from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_block import BadLine, LineBlock
from afs_engine.data.output_paths import refuse_overwriting
from afs_engine.data.quarantine import QuarantineFile, quarantine_file
from afs_engine.data.shape import ShapeError, is_chatml, shape_row
from afs_engine.errors import UsageError

PROBLEMS_SHOWN = 100
_NOTES_SHOWN = 20
_RAW_BYTES = 64 << 10
WRONG_SHAPE = "not a training row"
_TRAINING_FIELDS = frozenset(
    (
        *("instruction", "prompt", "question", "user", "messages", "conversations"),
        *("output", "response", "completion", "answer", "assistant"),
    )
)
_ANGLE_TOKEN = re.compile(r"<\|[a-z_]{2,40}\|>|</?s>|<</?SYS>>|<(?:start|end)_of_turn>|<｜[^｜\n]{2,40}｜>")
_SQUARE_TOKENS = ("[INST]", "[/INST]")


class Problem(BaseModel):
    """One refused line."""

    model_config = ConfigDict(frozen=True)
    line: int
    offset: int
    length: int
    reason: str
    detail: str


class ValidationReport(BaseModel):
    """rows = kept + quarantined; rows + blank = physical lines of the file.

    `reasons` counts every refused line, `problems` describes the first ones in file order.
    `control_token_rows` counts kept rows with chat control tokens in a text.
    """

    model_config = ConfigDict(frozen=True)
    file: str
    rows: int
    kept: int
    quarantined: int
    blank: int
    reasons: dict[str, int] = Field(default_factory=dict)
    problems: list[Problem] = Field(default_factory=list)
    control_token_rows: int = 0
    notes: list[str] = Field(default_factory=list)


def sample_problems(row: dict[str, Any]) -> list[str]:
    """Why the row can't be trained on: empty for a good one."""
    try:
        shape_row(row)
    except ShapeError as problem:
        return [str(problem)]
    return []


def validate_file(path: Path, *, fix: Path | None = None, quarantine: Path | None = None) -> ValidationReport:
    """Checks every line of `path`; any input that `read_input` takes.

    `fix` gets the good lines, bytes and order unchanged, each ended by one LF (those of a packed
    file unpacked, of Parquet as JSONL); `quarantine` gets the others with line, byte offset and
    reason. Both are whole or absent. Raises InputError, StorageError, and UsageError where an output
    is the input or both outputs are one file.
    """
    _refuse_same_file(path, fix, quarantine)
    with ExitStack() as stack:
        good = stack.enter_context(atomic_file(fix)) if fix else None
        refused = stack.enter_context(quarantine_file(quarantine)) if quarantine else None
        tally = _Tally(path, good, refused)
        for block in read_input(path):
            tally.add(block)
        return tally.report()


class _Tally:
    """Counts and writes block by block."""

    def __init__(self, path: Path, good: BinaryIO | None, refused: QuarantineFile | None) -> None:
        self._path = path
        self._good = good
        self._refused = refused
        self._checks_shape: bool | None = None  # until the first block with rows decides
        self._kept = self._quarantined = self._blank = self._control_token_rows = 0
        self._reasons: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._notes: list[str] = []
        self._hidden_notes = 0

    def add(self, block: LineBlock) -> None:
        self._blank += block.blank
        self._note(*block.notes)
        misshapen = self._misshapen(block)
        for bad in sorted(block.bad + list(misshapen.values()), key=lambda bad: bad.line):
            self._refuse(bad)
        self._keep(block, misshapen)

    def _misshapen(self, block: LineBlock) -> dict[int, BadLine]:
        """The rows that can't be trained on, by their index in the block."""
        if self._checks_shape is None and block.rows:
            self._checks_shape = any(
                not _TRAINING_FIELDS.isdisjoint(row) or is_chatml(row) for row in block.rows
            )
            if not self._checks_shape:
                self._note("the first rows have no training field; only the JSONL was checked")
        if not self._checks_shape:
            return {}
        problems = ((index, sample_problems(row)) for index, row in enumerate(block.rows))
        return {index: _bad_row(block, index, found) for index, found in problems if found}

    def _refuse(self, bad: BadLine) -> None:
        self._quarantined += 1
        self._reasons[bad.reason] += 1
        if len(self._problems) < PROBLEMS_SHOWN:
            self._problems.append(
                Problem(
                    line=bad.line, offset=bad.offset, length=bad.length, reason=bad.reason, detail=bad.detail
                )
            )
        if self._refused:
            self._refused.add(self._path, bad)

    def _keep(self, block: LineBlock, misshapen: dict[int, BadLine]) -> None:
        kept = [row for index, row in enumerate(block.rows) if index not in misshapen]
        self._kept += len(kept)
        self._control_token_rows += sum(map(_has_control_token, kept))
        if self._good and misshapen:
            lines = block.data.split(b"\n")
            indexes = (index for index in range(len(block.rows)) if index not in misshapen)
            self._good.writelines(lines[index] + b"\n" for index in indexes)
        elif self._good:
            self._good.write(block.data)

    def _note(self, *notes: str) -> None:
        room = max(0, _NOTES_SHOWN - len(self._notes))
        self._notes.extend(notes[:room])
        self._hidden_notes += len(notes[room:])

    def report(self) -> ValidationReport:
        """What was found, once every block is added."""
        more = [f"and {self._hidden_notes:,} more notes"] if self._hidden_notes else []
        return ValidationReport(
            file=show_path(self._path),
            rows=self._kept + self._quarantined,
            kept=self._kept,
            quarantined=self._quarantined,
            blank=self._blank,
            reasons=dict(self._reasons.most_common()),
            problems=self._problems,
            control_token_rows=self._control_token_rows,
            notes=self._notes + more,
        )


def _bad_row(block: LineBlock, index: int, problems: list[str]) -> BadLine:
    line = block.lines[index]
    raw = line[:_RAW_BYTES]
    return BadLine(
        block.numbers[index], block.offsets[index], len(line), WRONG_SHAPE, "; ".join(problems), raw
    )


def _has_control_token(row: dict[str, Any]) -> bool:
    for text in _texts(row):
        if "<" in text and _ANGLE_TOKEN.search(text):
            return True
        if "INST]" in text and any(token in text for token in _SQUARE_TOKENS):
            return True
    return False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _texts(child)


def _refuse_same_file(path: Path, fix: Path | None, quarantine: Path | None) -> None:
    refuse_overwriting([path], [target for target in (fix, quarantine) if target])
    if fix and quarantine and fix.resolve() == quarantine.resolve():
        raise UsageError("--fix and --quarantine name the same file", where=fix, hint="name two files")
