"""The reader against the json module: whatever the bytes, both agree which lines are rows."""

import json
import math
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data.jsonl_block import LineBlock, ReaderLimits
from afs_engine.data.jsonl_cut import LineCutter, Piece
from afs_engine.data.jsonl_decode import decode_piece

DEPTH = 12
LIMITS = ReaderLimits(max_depth=DEPTH, block_lines=5, max_line_bytes=1 << 16)


def refuse(*_: object) -> Any:
    raise ValueError


def pairs_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else refuse()


def depth_of(value: Any) -> int:
    if isinstance(value, dict | list):
        children = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth_of, children), default=0)
    return 0


def judged_by_json(line: bytes) -> dict[str, Any] | None:
    """The row, by the standard library set to strict; None where the line is no row."""
    line = line.strip(b"\0") if b"\0" not in line.strip(b"\0") else line
    try:
        row = json.loads(
            line.decode(),
            object_pairs_hook=pairs_without_repeats,
            parse_constant=refuse,
            parse_float=finite,
        )
        json.dumps(row, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and depth_of(row) <= DEPTH else None


def read(data: bytes, chunk_bytes: int) -> list[LineBlock]:
    cutter = LineCutter(LIMITS)
    blocks = []
    chunks = [data[start : start + chunk_bytes] for start in range(0, len(data), chunk_bytes)]
    for pieces in (*map(cutter.feed, chunks), cutter.finish()):
        for piece in pieces:
            assert isinstance(piece, Piece)
            blocks.append(decode_piece(piece, LIMITS))
    return blocks


def check(data: bytes, chunk_bytes: int = 1 << 14) -> None:
    blocks = read(data, chunk_bytes)
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    blank = [number for number, line in enumerate(lines, 1) if not line.strip(b" \t\r")]
    wanted = {number: judged_by_json(line) for number, line in enumerate(lines, 1) if number not in blank}
    kept = {n: row for block in blocks for n, row in zip(block.numbers, block.rows, strict=True)}
    refused = [bad.line for block in blocks for bad in block.bad]
    assert repr(kept) == repr({number: row for number, row in wanted.items() if row is not None})
    assert refused == [number for number, row in wanted.items() if row is None]
    assert sum(block.blank for block in blocks) == len(blank)


keys = st.sampled_from(["a", "b", "", ":", "a\\", '"', "é", " ", "a:"]) | st.text(max_size=4)
texts = st.text(max_size=12) | st.sampled_from(
    [":", '":', '" :', '\\":', "\\", '\\\\":', "\ud83d", "x : y", "}", "}\r"]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
SPACES = ("", "", "", " ", "  ", "\t", "\r", "\n")
SPLINTERS = (b"", b"\n", b"\0", b'"', b"\\", b"}{", b"}\n{", b",", b"\xe9", b":", b"\xef\xbb\xbf")


def spelled(value: Any, rng: Random) -> str:
    """`value` as JSON in an odd but mostly sound spelling: spaces anywhere, keys repeated at times."""
    if isinstance(value, dict):
        members = list(value.items())
        if members and rng.random() < 0.15:
            members.append(rng.choice(members))
        parts = [
            f"{spelled(key, rng)}{rng.choice(SPACES)}:{rng.choice(SPACES)}{spelled(item, rng)}"
            for key, item in members
        ]
        return "{" + f"{rng.choice(SPACES)},".join(parts) + rng.choice(SPACES) + "}"
    if isinstance(value, list):
        return "[" + ",".join(spelled(item, rng) for item in value) + "]"
    return json.dumps(value, ensure_ascii=rng.random() < 0.5)


odd_values = st.dictionaries(keys, values, max_size=4) | values
odd_rows = st.builds(
    lambda value, seed: spelled(value, Random(seed)).encode("utf-8", "surrogatepass"),
    odd_values,
    st.integers(0, 1 << 20),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file of odd rows with a few bytes removed, added, or replaced."""
    lines = draw(st.lists(odd_rows, max_size=5))
    data = bytearray(draw(st.sampled_from([b"\n", b"\r\n", b""])).join(lines))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        data[start : start + draw(st.integers(0, 4))] = draw(st.sampled_from(SPLINTERS))
    return bytes(data)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(odd_rows, max_size=8), st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.integers(1, 60))
def test_agrees_with_json_on_odd_rows(
    lines: list[bytes], end: bytes, is_ended: bool, chunk_bytes: int
) -> None:
    check(end.join(lines) + (end if is_ended else b""), chunk_bytes)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(damaged())
def test_agrees_with_json_on_damaged_files(data: bytes) -> None:
    check(data)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.binary(max_size=60)
    | st.text(alphabet='{}[]":,\\ \n\r019.eE-+ntfua\u00e9', max_size=40).map(str.encode)
)
def test_agrees_with_json_on_any_bytes(data: bytes) -> None:
    check(data)
