"""Rows that hold nothing but known texts, decoded into columns: the quick way in for most files of samples.

A line with any other key, or another kind of value, is not for this module: it refuses the whole block,
and the general decoder looks at it. Reads by the compiled core where there is one, by msgspec elsewhere,
to the same columns. Pure; knows no file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Protocol

import msgspec
import numpy as np
import xxhash
from msgspec import UNSET, UnsetType

from afs_engine.data.compiled import FIELDS, ReadRows, Scratch, TextSpans, find_core
from afs_engine.data.jsonl_cut import Piece, are_object_lines
from afs_engine.data.jsonl_keys import lines_in_doubt, repeated_key
from afs_engine.data.sample import content_digests

_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError)

Numbers = np.ndarray[tuple[int], np.dtype[Any]]
Answers = Sequence[str] | TextSpans
Name = str | bytes
"""A text, or as bytes what stands for it between the quotes of a JSON string."""


def text_of(name: Name) -> str:
    """The text that a name stands for."""
    return str(msgspec.json.decode(b'"%b"' % name)) if isinstance(name, bytes) else name


class TextRows(Protocol):
    """Rows of known texts as columns."""

    def __len__(self) -> int: ...

    @property
    def outputs(self) -> Answers: ...

    @property
    def output_chars(self) -> Numbers: ...

    @property
    def has(self) -> dict[str, Numbers]:
        """For each optional field that some row has: 1 in a row that has it, else 0."""

    def names(self, name: str) -> Sequence[Name]:
        """An optional field's texts, empty for a row that lacks it; see `text_of`."""

    def content_digests(self) -> bytes:
        """`content_digest` of each row, joined."""


class TextReader:
    """Reads piece after piece."""

    def __init__(self) -> None:
        self._core = find_core()
        self._scratch = Scratch()

    def read(self, piece: Piece) -> TextRows | None:
        """The rows of the lines; None unless each is `{...}` of known texts, sound, and fit to train on.

        They hold until the next piece is read.
        """
        if self._core and not piece.is_torn:
            read = self._core.read_rows(piece.text, piece.ends, self._scratch)
            if read:
                return SpannedRows(piece.text, read)
        return decode_text_rows(piece)


@dataclass(frozen=True)
class SpannedRows:
    """`TextRows` as places in the lines, which are `text`."""

    text: bytes
    read: ReadRows

    def __len__(self) -> int:
        return len(self.read.output_chars)

    @property
    def outputs(self) -> TextSpans:
        return self.read.outputs

    @property
    def output_chars(self) -> Numbers:
        return self.read.output_chars

    @cached_property
    def has(self) -> dict[str, Numbers]:
        columns = (self.read.fields[:, place, 1] > 0 for place in range(2, len(FIELDS)))
        return {
            name: column.astype(np.uint8)
            for name, column in zip(FIELDS[2:], columns, strict=True)
            if column.any()
        }

    def names(self, name: str) -> list[bytes]:
        starts, ends = self.read.fields[:, FIELDS.index(name)].T.tolist()
        return [self.text[start:end] for start, end in zip(starts, ends, strict=True)]

    def content_digests(self) -> bytes:
        content, digest = self.read.contents.data.data, xxhash.xxh3_128_digest
        starts, ends = self.read.contents.spans.T.tolist()
        return b"".join([digest(content[start:end]) for start, end in zip(starts, ends, strict=True)])


class _TextRow(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    instruction: str
    output: str
    input: str | UnsetType = UNSET
    thinking: str | UnsetType = UNSET
    domain: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    sample_id: str | UnsetType = UNSET
    group: str | UnsetType = UNSET


_DECODE_LINES = msgspec.json.Decoder(_TextRow).decode_lines
_READERS = {
    name: attrgetter(name) for name in _TextRow.__struct_fields__ if name not in ("instruction", "output")
}


@dataclass(frozen=True)
class DecodedRows:
    """`TextRows` as lists. `optional` has each other field that some row has: UNSET where a row lacks it."""

    instructions: list[str]
    outputs: list[str]
    optional: dict[str, list[str | UnsetType]]

    def __len__(self) -> int:
        return len(self.outputs)

    @property
    def output_chars(self) -> Numbers:
        return np.fromiter(map(len, self.outputs), np.uint32, len(self))

    @cached_property
    def has(self) -> dict[str, Numbers]:
        return {
            name: np.fromiter([value is not UNSET for value in values], np.uint8, len(values))
            if UNSET in values
            else np.ones(len(values), np.uint8)
            for name, values in self.optional.items()
        }

    def names(self, name: str) -> list[str]:
        values = self.optional.get(name)
        if values is None:
            return [""] * len(self)
        return [value if isinstance(value, str) else "" for value in values]

    def content_digests(self) -> bytes:
        inputs, thinkings = (
            self.names(name) if name in self.optional else [] for name in ("input", "thinking")
        )
        return content_digests(self.instructions, self.outputs, inputs, thinkings)


def decode_text_rows(piece: Piece) -> DecodedRows | None:
    """What `TextReader.read` gives, without the core."""
    if piece.is_torn or not are_object_lines(piece):
        return None
    try:
        rows = _DECODE_LINES(piece.text)
    except _REFUSED:
        return None
    if len(rows) != len(piece.ends):  # see are_object_lines: as many values as lines is one each
        return None
    columns = _columns(rows)
    return columns if _are_sound(columns, piece) else None


def _columns(rows: list[_TextRow]) -> DecodedRows:
    optional = {name: list(map(read, rows)) for name, read in _READERS.items()}
    return DecodedRows(
        [row.instruction for row in rows],
        [row.output for row in rows],
        {name: values for name, values in optional.items() if values.count(UNSET) < len(rows)},
    )


def _are_sound(rows: DecodedRows, piece: Piece) -> bool:
    """Whether no question or answer is blank, and no line repeats a key."""
    for texts in (rows.instructions, rows.outputs):
        if not all(texts) or any(map(str.isspace, texts)):
            return False
    keys = sum((mask.astype(np.int64) for mask in rows.has.values()), np.full(len(rows), 2, np.int64))
    doubtful = lines_in_doubt(piece.text, piece.ends, keys)
    return all(repeated_key(piece.line(index)) is None for index in doubtful)
