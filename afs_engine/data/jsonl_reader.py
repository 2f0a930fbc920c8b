"""The strict reader: a stream of bytes becomes blocks of rows, and not a line is lost.

Owns the order of things: judge the head, cut into lines, decode, and turn damage into an error that
names the line. Knows no compression and no file system; `input_files.read_input` is the door.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from afs_engine.data.input_bytes import ByteSource, DamagedInputError
from afs_engine.data.input_format import HEAD_BYTES, UTF8_BOM, refuse_other_format
from afs_engine.data.jsonl_block import DEFAULT_LIMITS, BadLine, LineBlock, ReaderLimits
from afs_engine.data.jsonl_cut import LineCutter, Piece
from afs_engine.data.jsonl_decode import decode_piece
from afs_engine.errors import InputError, Where

Decode = Callable[[Piece, ReaderLimits], LineBlock]


def read_blocks(
    source: ByteSource,
    path: Path,
    *,
    limits: ReaderLimits = DEFAULT_LIMITS,
    decode: Decode = decode_piece,
) -> Iterator[LineBlock]:
    """Blocks in the order of the stream; `path` is the name to show.

    Raises InputError where the stream is of another format, or damaged: then with the line reached.
    """
    cutter = LineCutter(limits)
    try:
        head = source.read(HEAD_BYTES)
        refuse_other_format(head, is_whole=len(head) < HEAD_BYTES, path=path)
        if head.startswith(UTF8_BOM):
            cutter = LineCutter(limits, offset=len(UTF8_BOM))
            yield LineBlock(notes=["a UTF-8 byte order mark at the beginning was skipped"])
        for chunk in _chunks(head.removeprefix(UTF8_BOM), source, limits):
            yield from _blocks(cutter.feed(chunk), limits, decode)
    except DamagedInputError as damage:
        place = Where(path, cutter.number)
        raise InputError(damage.what, where=place, hint=damage.hint) from None
    yield from _blocks(cutter.finish(), limits, decode)


def _chunks(head: bytes, source: ByteSource, limits: ReaderLimits) -> Iterator[bytes]:
    """The stream in chunks no longer than a block or a line may be."""
    size = min(limits.block_bytes, limits.max_line_bytes)
    for start in range(0, len(head), size):
        yield head[start : start + size]
    while chunk := source.read(size):
        yield chunk


def _blocks(pieces: Iterator[Piece | BadLine], limits: ReaderLimits, decode: Decode) -> Iterator[LineBlock]:
    for piece in pieces:
        yield LineBlock(bad=[piece]) if isinstance(piece, BadLine) else decode(piece, limits)
