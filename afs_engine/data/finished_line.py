"""A stored line as it leaves: its id and its scores put in before the closing brace.

The rest of the line stays the bytes it came in; only a line that already has scores of its own is
decoded and encoded again. Knows no file.
"""

import msgspec

from afs_engine.data.rowset import HAS_COMPONENTS, HAS_ID, HAS_SCORE
from afs_engine.data.sample import encode_row

_HAS_OWN = HAS_ID | HAS_SCORE | HAS_COMPONENTS


def finish_line(line: bytes, present: int, row_id: str, scores: bytes) -> bytes:
    """The line with its id and scores. `scores` are JSON members without braces, or empty."""
    if present & (HAS_SCORE | HAS_COMPONENTS) and scores:
        row = msgspec.json.decode(line) | msgspec.json.decode(b"{" + scores + b"}")
        return encode_row({"sample_id": row_id} | row)
    extra = b"" if present & HAS_ID else b'"sample_id":"' + row_id.encode() + b'"'
    members = b",".join(part for part in (extra, scores) if part)
    if not members:
        return line
    return line[:-1] + b"," + members + b"}"


def finish_lines(lines: list[bytes], present: list[int], ids: list[str], scores: list[bytes]) -> bytes:
    """All lines as `finish_line` makes them, each ended by LF, in one piece."""
    pieces: list[bytes] = []
    for line, bits, row_id, members in zip(lines, present, ids, scores, strict=True):
        if bits & _HAS_OWN or not members:
            pieces += (finish_line(line, bits, row_id, members), b"\n")
        else:
            pieces += (line[:-1], b',"sample_id":"', row_id.encode(), b'",', members, b"}\n")
    return b"".join(pieces)
