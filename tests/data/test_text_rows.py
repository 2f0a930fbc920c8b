"""Texts as columns: the quick way in takes no line that the general one would not, and reads it alike."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data import ingest, text_rows
from afs_engine.data.compiled import Core, find_core
from afs_engine.data.ingest import Ingest, RowDefaults
from afs_engine.data.jsonl_cut import Piece
from afs_engine.data.jsonl_decode import decode_piece
from afs_engine.data.quarantine import late_quarantine
from afs_engine.data.rowset import INDEX_TYPES, RowSet, RowSetWriter
from afs_engine.data.text_rows import SpannedRows, TextReader, decode_text_rows, text_of

NEEDS_CORE = pytest.mark.skipif(find_core() is None, reason="no compiled core: reinstall with a C compiler")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = ("input", "thinking", "domain", "source", "sample_id", "group")
FULL = TEXT.filter(lambda text: not text.isspace() and text != "")
ROW = st.fixed_dictionaries({"instruction": FULL, "output": FULL}, optional=dict.fromkeys(KEYS, TEXT))
ODD_LINES = st.sampled_from(
    [
        b'{"instruction":"q","output":"a","output":"b"}',
        b'{"instruction":"q","output":"a","input":"x","input":"x"}',
        b'{"instruction":"q","output":"a","note":"n"}',
        b'{"instruction":"q","output":7}',
        b'{"instruction":"q","output":"\xff"}',
        b'{"instruction":"q","output":"\\ud800"}',
        b'{"instruction":"q","output":"\\udc00"}',
        b'{"instruction":"q","output":"\\ud83d\\u0041"}',
        b'{"instruction":"q","output":"\\ud83d\\ude00\\u0000\\/\\b\\f"}',
        b'{"instruction":"q","output":"\\u00g0"}',
        b'{"instruction":"q","output":"\\x"}',
        b'{"instruction":"q","output":"a\tb"}',
        b'{"instruction":"q","output":"\x7f\xc2\x80\xe0\xa0\x80\xed\x9f\xbf\xf4\x8f\xbf\xbf"}',
        *(
            b'{"instruction":"q","output":"a%b"}' % bad
            for bad in (
                b"\xc0\x80",
                b"\xe0\x9f\x80",
                b"\xed\xa0\x80",
                b"\xf0\x8f\xbf\xbf",
                b"\xf4\x90\x80\x80",
                b"\xe2\x80",
            )
        ),
        b'{"instruction":"\\u2003","output":"a"}',
        b'{"instruction":"q","output":"\\n\\t "}',
        b'{"instruction":"q","\\u006futput":"a"}',
        b'{"instruction":"q","output":"a",}',
        b'{"instruction":"q","output":"a"',
        b'{"instruction":"q"}',
        b"{}",
        b'{"instruction":"q","output":"a"} {"instruction":"q","output":"a"}',
        b'{"instruction":"q","output":"\\": \\"","source":": "}',
        b" ",
        b'{"instruction":"q",',
        b'{"instruction":"q","output":"a"}\r',
    ]
)


def written(row: dict[str, Any], style: int) -> bytes:
    separators = ((",", ":"), (", ", ": "), (" , ", " : "))[style % 3]
    return json.dumps(row, ensure_ascii=style > 2, separators=separators).encode()


PLAIN_LINES = st.builds(written, ROW, st.integers(0, 5))
LINES = st.lists(PLAIN_LINES, min_size=1, max_size=12) | st.lists(
    PLAIN_LINES | ODD_LINES, min_size=1, max_size=6
)


def take_in(folder: Path, data: bytes) -> tuple[RowSet, bytes, object]:
    folder.mkdir()
    (folder / "in.jsonl").write_bytes(data)
    writer = RowSetWriter(folder / "rows")
    taker = Ingest(writer, RowDefaults(default_domain="notes", source="here"))
    with late_quarantine(folder / "bad.jsonl") as quarantine:
        tally = taker.add_file(folder / "in.jsonl", quarantine, lambda _kept: None)
    writer.close()
    bad = (folder / "bad.jsonl").read_bytes() if (folder / "bad.jsonl").exists() else b""
    return RowSet(folder / "rows"), bad.replace(str(folder).encode(), b""), tally


@pytest.mark.parametrize("core", [None, pytest.param(find_core(), marks=NEEDS_CORE)], ids=["python", "core"])
@settings(max_examples=150)
@given(lines=LINES)
def test_both_ways_in_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, core: Core | None, lines: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("ways")
    data = b"\n".join(lines) + b"\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_rows, "find_core", lambda: core)
        quick, bad, tally = take_in(folder / "quick", data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "TextDecoder", lambda: decode_piece)
        general, general_bad, general_tally = take_in(folder / "general", data)
    assert (bad, tally) == (general_bad, general_tally)
    assert quick.rows_path.read_bytes() == general.rows_path.read_bytes()
    assert (quick.info.rows, quick.info.domains) == (general.info.rows, general.info.domains)
    for name in INDEX_TYPES:
        assert np.array_equal(quick.column(name), general.column(name), equal_nan=name == "score"), name


@NEEDS_CORE
@settings(max_examples=300)
@given(line=PLAIN_LINES | ODD_LINES, place=st.integers(0, 400), byte=st.integers(0, 255))
def test_the_core_reads_what_python_reads(line: bytes, place: int, byte: int) -> None:
    """A damaged byte anywhere: the core takes no line that Python refuses, and reads the same texts."""
    damaged = bytearray(line)
    damaged[place % len(line)] = byte
    for text in (line, bytes(damaged).replace(b"\n", b"")):
        piece = Piece(text + b"\n", np.array([len(text) + 1]), 1, 0)
        expected, found = decode_text_rows(piece), TextReader().read(piece)
        assert (found is None) == (expected is None)
        if not isinstance(found, SpannedRows) or expected is None:
            continue
        ((start, end),) = found.outputs.spans.tolist()
        assert found.outputs.data[start:end].tobytes().decode() == expected.outputs[0]
        assert found.content_digests() == expected.content_digests()
        assert found.output_chars.tolist() == expected.output_chars.tolist()
        for name in KEYS:
            assert list(map(text_of, found.names(name))) == expected.names(name)


@NEEDS_CORE
def test_an_ordinary_row_is_read_by_the_core() -> None:
    line = b'{"instruction": "Was \\u00fc\\n?", "output": "\\n LDA $7E0022 \xe2\x80\x94", "source": "a"}\n'
    assert isinstance(TextReader().read(Piece(line, np.array([len(line)]), 1, 0)), SpannedRows)
