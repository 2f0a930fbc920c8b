"""The one door for rows from a file: JSONL, plain or packed, and Parquet.

Owns the choice of a reader, by the file's content and never by its name.
"""

from collections.abc import Iterator
from pathlib import Path

from afs_engine.data.input_bytes import ByteSource, GzipSource, PlainSource, ZstdSource
from afs_engine.data.input_format import Packing, packing_of
from afs_engine.data.input_open import OpenedInput, open_input
from afs_engine.data.jsonl_block import DEFAULT_LIMITS, LineBlock, ReaderLimits
from afs_engine.data.jsonl_decode import decode_piece
from afs_engine.data.jsonl_reader import Decode, read_blocks

_PACKING_BY_SUFFIX: dict[str, Packing] = {
    ".jsonl": "plain",
    ".ndjson": "plain",
    ".gz": "gzip",
    ".zst": "zstd",
    ".parquet": "parquet",
}


def read_input(
    path: Path, *, limits: ReaderLimits = DEFAULT_LIMITS, decode: Decode = decode_piece
) -> Iterator[LineBlock]:
    """Every line of a file, in blocks: kept rows + bad lines + blank lines = physical lines.

    Packed files (gzip, zstd) and Parquet are told by their first bytes. Raises InputError for what is
    no readable file, is of another format, is damaged, or changes while it is read; what was yielded
    before that must then not be used.
    """
    with open_input(path) as opened:
        packing = packing_of(opened.head)
        notes = _name_notes(path, packing) if opened.size else []
        if notes:
            yield LineBlock(notes=notes)
        yield from read_blocks(_source(opened, packing), path, limits=limits, decode=decode)
        notes = opened.check_unchanged()
        if notes:
            yield LineBlock(notes=notes)


def _source(opened: OpenedInput, packing: Packing) -> ByteSource:
    if packing == "parquet":
        from afs_engine.data.input_parquet import ParquetSource  # polars is heavy, and seldom needed

        return ParquetSource(opened)
    plain = PlainSource(opened)
    if packing == "gzip":
        return GzipSource(plain)
    return ZstdSource(plain) if packing == "zstd" else plain


def _name_notes(path: Path, packing: Packing) -> list[str]:
    """A remark where the name promises another packing than there is."""
    promised = _PACKING_BY_SUFFIX.get(path.suffix.lower(), packing)
    if promised == packing:
        return []
    return [f"the name ends in {path.suffix} but the content is {packing}; it was read as {packing}"]
