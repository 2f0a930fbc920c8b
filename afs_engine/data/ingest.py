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

from afs_engine.data.digest import hash_group
from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_block import DEFAULT_LIMITS, BadLine, LineBlock
from afs_engine.data.quarantine import LateQuarantine
from afs_engine.data.rowset import (
    HAS_COMPONENTS,
    HAS_DOMAIN,
    HAS_GROUP,
    HAS_ID,
    HAS_SCORE,
    Columns,
    RowSetWriter,
)
from afs_engine.data.sample import TrainingSample, content_digest, encode_row
from afs_engine.data.shape import Row, ShapeError, is_canonical, shape_row

_SAMPLES_PER_BLOCK = 4096
_MEMO_SIZE = 1 << 16  # bounded: a source (or a set of keys) of its own in each row must not fill memory
_NOT_JSON = "can't be written as JSON"
_BITS = {
    "sample_id": HAS_ID,
    "group": HAS_GROUP,
    "quality_score": HAS_SCORE,
    "domain": HAS_DOMAIN,
    "quality_components": HAS_COMPONENTS,
}


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

    def clean_row(self, row: Row) -> Row:
        """The same object where there is nothing to take out."""

    def clean_raw(self, raw: bytes) -> bytes: ...


class Ingest:
    """Feeds one row set writer, with one source's defaults; every row passes `cleaner` where there is one."""

    def __init__(
        self, writer: RowSetWriter, defaults: RowDefaults, cleaner: RowCleaner | None = None
    ) -> None:
        self._writer = writer
        self._defaults = defaults
        self._cleaner = cleaner
        self._must_rewrite = bool(defaults.domain or defaults.version or cleaner)
        self._source_hashes: dict[str, int] = {}
        self._bits_by_keys: dict[tuple[str, ...], int] = {}

    def add_file(self, path: Path, quarantine: LateQuarantine, on_block: Callable[[int], None]) -> FileTally:
        """Adds every line of a file; refused ones go to `quarantine`.

        `on_block` is told the rows kept so far.
        Raises InputError for a file that can't be read whole.
        """
        kept = refused = blank = 0
        for block in read_input(path):
            misshapen = self.add_rows(block.lines, block.rows)
            bad = block.bad + [refused_row(block, each) for each in misshapen]
            for line in sorted(bad, key=lambda each: each.line):
                quarantine.add(path, self._cleaned_line(line))
            kept += len(block.rows) - len(misshapen)
            refused += len(bad)
            blank += block.blank
            on_block(kept)
        return FileTally(kept, refused, blank)

    def add_rows(self, lines: list[bytes], rows: list[Row]) -> list[Misshapen]:
        """Adds decoded rows with the bytes they came in; returns those that can't be used."""
        bad: list[Misshapen] = []
        kept_lines, kept_rows = lines, rows
        if self._must_rewrite or not all(map(is_canonical, rows)):
            kept_lines, kept_rows, bad = self._rewrite(lines, rows)
        self._writer.append(kept_lines, self._columns(kept_rows))
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
        kept_lines, kept_rows, bad = [], [], []
        for position, (line, row) in enumerate(zip(lines, rows, strict=True)):
            try:
                shaped = self._cleaned(self._overridden(shape_row(row)))
            except ShapeError as problem:
                bad.append(Misshapen(position, str(problem)))
                continue
            kept_lines.append(line if shaped is row else encode_row(shaped))
            kept_rows.append(shaped)
        return kept_lines, kept_rows, bad

    def _columns(self, rows: list[Row]) -> Columns:
        """Index columns of canonical rows; one comprehension a column, for this is the hot path."""
        outputs = [row["output"] for row in rows]
        ids = [
            content_digest(row["instruction"], row.get("input", ""), output, row.get("thinking", ""))
            for row, output in zip(rows, outputs, strict=True)
        ]
        halves = np.frombuffer(b"".join(ids), dtype=">u8").astype(np.uint64).reshape(-1, 2)
        groups = halves[:, 1].copy()  # a row without a group is its own
        for position, group in enumerate([row.get("group") for row in rows]):
            if group:
                groups[position] = hash_group(group)
        fallback = self._defaults.source
        return {
            "id_hi": halves[:, 0],
            "id_lo": halves[:, 1],
            "group": groups,
            "source": [self._source_hash(row.get("source") or fallback) for row in rows],
            "domain": self._domain_codes(rows),
            "version": [self._writer.version_code(_version_of(row)) for row in rows],
            "present": [self._present_bits(tuple(row)) for row in rows],
            "output_chars": list(map(len, outputs)),
            "score": [row.get("quality_score") for row in rows],
        }

    def _domain_codes(self, rows: list[Row]) -> list[int]:
        default = self._defaults.default_domain
        names = [row.get("domain") or default for row in rows]
        codes = {name: self._writer.domain_code(name) for name in dict.fromkeys(names)}
        return [codes[name] for name in names]

    def _present_bits(self, keys: tuple[str, ...]) -> int:
        bits = self._bits_by_keys.get(keys)
        if bits is None:
            bits = sum(bit for key, bit in _BITS.items() if key in keys)
            if len(self._bits_by_keys) < _MEMO_SIZE:
                self._bits_by_keys[keys] = bits
        return bits

    def _cleaned(self, row: Row) -> Row:
        return self._cleaner.clean_row(row) if self._cleaner else row

    def _cleaned_line(self, bad: BadLine) -> BadLine:
        return replace(bad, raw=self._cleaner.clean_raw(bad.raw)) if self._cleaner else bad

    def _overridden(self, row: Row) -> Row:
        changed: dict[str, Any] = {}
        if self._defaults.domain and row.get("domain") != self._defaults.domain:
            changed["domain"] = self._defaults.domain
        if self._defaults.version and not _version_of(row):
            old = row.get("provenance")
            changed["provenance"] = (old if isinstance(old, dict) else {}) | {
                "version": self._defaults.version,
                "rehearsal": True,
            }
        return row | changed if changed else row

    def _source_hash(self, source: str) -> int:
        known = self._source_hashes.get(source)
        if known is None:
            known = hash_group(source)
            if len(self._source_hashes) < _MEMO_SIZE:
                self._source_hashes[source] = known
        return known


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
        raw=line[: DEFAULT_LIMITS.raw_bytes],
    )


def _version_of(row: Row) -> str:
    """The earlier version that a rehearsal row comes from; "" for a new row."""
    provenance = row.get("provenance")
    if not isinstance(provenance, dict) or not provenance.get("rehearsal"):
        return ""
    return str(provenance.get("version") or "earlier")
