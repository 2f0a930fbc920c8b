"""From decoded rows to a row set: shape, content id, group and domain of every row.

The one door into the store: JSONL blocks and generators' samples both come through here. Lines
that are already in our shape are kept as the bytes they came in. Knows no kind of source.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from afs_engine.data.compiled import find_core
from afs_engine.data.index_columns import IndexColumns, version_of
from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_block import BadLine, LineBlock, ReaderLimits
from afs_engine.data.jsonl_decode import TextDecoder, decode_piece
from afs_engine.data.quarantine import LateQuarantine
from afs_engine.data.rowset import RowSetWriter
from afs_engine.data.sample import TrainingSample, encode_row
from afs_engine.data.shape import Row, ShapeError, are_canonical, shape_row
from afs_engine.data.text_rows import Answers

_SAMPLES_PER_BLOCK = 4096
_LIMITS = ReaderLimits(block_bytes=512 << 10)  # a block's rows stay near the processor
_CORE_LIMITS = ReaderLimits(block_bytes=2 << 20)  # the compiled core goes once over a block
_NOT_JSON = "can't be written as JSON"

Lengths = np.ndarray[tuple[int], np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class RowDefaults:
    """What a source says of its rows. `domain` overrides theirs; `default_domain` fills a gap.

    `version` marks every row as coming from that earlier version's training set (rehearsal).
    """

    domain: str = ""
    default_domain: str = "general"
    source: str = ""
    version: str = ""


@dataclass(slots=True)
class Misshapen:
    """A row of valid JSON that can't be trained on: its position in the block, and why."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileTally:
    """A whole file's lines: kept + refused + blank = physical lines."""

    kept: int
    refused: int
    blank: int


class RowCleaner(Protocol):
    """Takes secrets out of rows, and of lines that are none."""

    def clean_rows(self, rows: list[Row]) -> list[Row]:
        """The same objects where there is nothing to take out."""

    def clean_raw(self, raw: bytes) -> bytes: ...


class Ingest:
    """Feeds one row set writer, with one source's defaults; every row passes `cleaner` where there is one.

    `on_outputs` is told the answers as they are kept, block by block.
    """

    def __init__(
        self,
        writer: RowSetWriter,
        defaults: RowDefaults,
        cleaner: RowCleaner | None = None,
        on_outputs: Callable[[Answers], object] | None = None,
    ) -> None:
        self._writer = writer
        self._columns = IndexColumns(writer, domain=defaults.default_domain, source=defaults.source)
        self._defaults = defaults
        self._cleaner = cleaner
        self._on_outputs = on_outputs or (lambda _outputs: None)
        self._must_rewrite = bool(defaults.domain or defaults.version or cleaner)

    def add_file(self, path: Path, quarantine: LateQuarantine, on_block: Callable[[int], None]) -> FileTally:
        """Adds every line of a file; refused ones go to `quarantine`.

        `on_block` is told the rows kept so far.
        Raises InputError for a file that can't be read whole.
        """
        kept = refused = blank = 0
        decode = decode_piece if self._must_rewrite else TextDecoder()
        limits = _CORE_LIMITS if find_core() and not self._must_rewrite else _LIMITS
        for block in read_input(path, limits=limits, decode=decode):
            misshapen = self._add_block(block)
            bad = block.bad + [refused_row(block, each) for each in misshapen]
            for line in sorted(bad, key=lambda each: each.line):
                quarantine.add(path, self._cleaned_line(line))
            kept += len(block.numbers) - len(misshapen)
            refused += len(bad)
            blank += block.blank
            on_block(kept)
        return FileTally(kept, refused, blank)

    def _add_block(self, block: LineBlock) -> list[Misshapen]:
        """The same as `add_rows` of its lines, which need not be cut apart where they stay as they are."""
        if block.texts is not None:
            self._writer.append_data(block.data, line_lengths(block), self._columns.of_texts(block.texts))
            self._on_outputs(block.texts.outputs)
            return []
        lengths = whole_line_lengths(block)
        if lengths is None or self._must_rewrite or not are_canonical(block.rows):
            return self.add_rows(block.lines, block.rows)
        self._writer.append_data(block.data, lengths, self._columns.of(block.rows))
        self._on_outputs([row["output"] for row in block.rows])
        return []

    def add_rows(self, lines: list[bytes], rows: list[Row]) -> list[Misshapen]:
        """Adds decoded rows with the bytes they came in; returns those that can't be used."""
        bad: list[Misshapen] = []
        kept_lines, kept_rows = lines, rows
        if self._must_rewrite or not are_canonical(rows):
            kept_lines, kept_rows, bad = self._rewrite(lines, rows)
        self._writer.append(kept_lines, self._columns.of(kept_rows))
        self._on_outputs([row["output"] for row in kept_rows])
        return bad

    def add_samples(self, samples: Iterable[TrainingSample]) -> list[Misshapen]:
        """Adds a generator's samples; positions count the samples from 0."""
        bad: list[Misshapen] = []
        start, stream = 0, iter(samples)
        while batch := list(islice(stream, _SAMPLES_PER_BLOCK)):
            encoded = [_encoded(sample) for sample in batch]
            bad += [Misshapen(start + i, _NOT_JSON) for i, each in enumerate(encoded) if each is None]
            places = [i for i, each in enumerate(encoded) if each is not None]
            kept = [each for each in encoded if each is not None]
            found = self.add_rows([line for line, _ in kept], [row for _, row in kept])
            bad += [Misshapen(start + places[each.position], each.reason) for each in found]
            start += len(batch)
        return bad

    def _rewrite(self, lines: list[bytes], rows: list[Row]) -> tuple[list[bytes], list[Row], list[Misshapen]]:
        """Lines and rows in our shape with the source's overrides; unchanged lines stay as they are."""
        positions, shaped, bad = [], [], []
        for position, row in enumerate(rows):
            try:
                shaped.append(self._overridden(shape_row(row)))
                positions.append(position)
            except ShapeError as problem:
                bad.append(Misshapen(position, str(problem)))
        kept = self._cleaner.clean_rows(shaped) if self._cleaner else shaped
        placed = zip(positions, kept, strict=True)
        return [lines[at] if row is rows[at] else encode_row(row) for at, row in placed], kept, bad

    def _cleaned_line(self, bad: BadLine) -> BadLine:
        return replace(bad, raw=self._cleaner.clean_raw(bad.raw)) if self._cleaner else bad

    def _overridden(self, row: Row) -> Row:
        changed: dict[str, Any] = {}
        if self._defaults.domain and row.get("domain") != self._defaults.domain:
            changed["domain"] = self._defaults.domain
        if self._defaults.version and not version_of(row):
            old = row.get("provenance")
            changed["provenance"] = (old if isinstance(old, dict) else {}) | {
                "version": self._defaults.version,
                "rehearsal": True,
            }
        return row | changed if changed else row


def _encoded(sample: TrainingSample) -> tuple[bytes, Row] | None:
    """A generator's sample as line and row; None where JSON can't hold it (a `Path`, half a character)."""
    row = sample.to_dict()
    try:
        return encode_row(row), row
    except (TypeError, ValueError):
        return None


def refused_row(block: LineBlock, misshapen: Misshapen) -> BadLine:
    """A row of the wrong shape as the reader would have refused it."""
    line = block.lines[misshapen.position]
    return BadLine(
        line=block.numbers[misshapen.position],
        offset=block.offsets[misshapen.position],
        length=len(line),
        reason="not a training row",
        detail=misshapen.reason,
        raw=line[: _LIMITS.raw_bytes],
    )


def line_lengths(block: LineBlock) -> Lengths:
    """The lengths of lines that stand in the block's data one after the other, each ended by LF."""
    starts = np.asarray(block.offsets, np.uint64)
    lengths: Lengths = np.diff(starts, append=starts[0] + np.uint64(len(block.data))) - np.uint64(1)
    return lengths


def whole_line_lengths(block: LineBlock) -> Lengths | None:
    """`line_lengths`, where each line stands in the data as it is, from `{` to `}` and LF; else None.

    The data of n rows holds n line feeds, so n places that each follow one are the lines' beginnings.
    """
    if not block.rows:
        return None
    lengths = line_lengths(block)
    ends = np.cumsum(lengths + np.uint64(1)) - np.uint64(1)
    data = np.frombuffer(block.data, np.uint8)
    if int(ends[-1]) + 1 != len(data) or (lengths > len(data)).any() or not (data[ends] == ord("\n")).all():
        return None
    if not ((data[ends - lengths] == ord("{")) & (data[ends - np.uint64(1)] == ord("}"))).all():
        return None
    return lengths
