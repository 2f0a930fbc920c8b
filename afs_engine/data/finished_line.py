"""A stored line as it leaves: its id and its scores put in before the closing brace.

The rest of the line stays the bytes it came in; only a line that already has scores of its own is
decoded and encoded again. Knows no file.
"""

from collections.abc import Sequence

import msgspec

from afs_engine.data.compiled import Pieces
from afs_engine.data.rowset import HAS_COMPONENTS, HAS_ID, HAS_SCORE
from afs_engine.data.sample import encode_row

HAS_OWN = HAS_ID | HAS_SCORE | HAS_COMPONENTS


def finish_line(line: bytes, present: int, row_id: bytes, scores: bytes) -> bytes:
    """The line with its id (hex digits) and scores. `scores` are JSON members without braces, or empty."""
    if present & (HAS_SCORE | HAS_COMPONENTS) and scores:
        row = msgspec.json.decode(line) | msgspec.json.decode(b"{" + scores + b"}")
        return encode_row({"sample_id": row_id.decode()} | row)
    extra = b"" if present & HAS_ID else b'"sample_id":"' + row_id + b'"'
    members = b",".join(part for part in (extra, scores) if part)
    if not members:
        return line
    return line[:-1] + b"," + members + b"}"


def finish_lines(opened: list[bytes], present: list[int], ids: list[bytes], scores: list[bytes]) -> bytes:
    """Lines as `finish_line` makes them, each ended by LF, in one piece.

    `opened` are the lines without their closing brace: a copy less where nothing is in the way.
    """
    if any(bits & HAS_OWN for bits in set(present)) or not all(scores):
        lines = [line + b"}" for line in opened]
        return b"".join([line + b"\n" for line in map(finish_line, lines, present, ids, scores)])
    pieces = [b',"sample_id":"'] * (5 * len(opened))
    pieces[0::5] = opened
    pieces[2::5] = ids
    pieces[3::5] = [b'",'] * len(opened)
    pieces[4::5] = [members + b"}\n" for members in scores]
    return b"".join(pieces)


def finished_pieces(opened: Pieces, ids: Pieces, scores: Sequence[Pieces]) -> list[Pieces]:
    """What `finish_lines` joins where every row has scores and none has its own, as `Core.join` takes it."""
    fixed = [Pieces.constant(part) for part in (b',"sample_id":"', b'",', b"}\n")]
    return [opened, fixed[0], ids, fixed[1], *scores, fixed[2]]
