"""Texts as columns: the quick way in takes no line that the general one would not, and reads it alike."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data import ingest
from afs_engine.data.ingest import Ingest, RowDefaults
from afs_engine.data.jsonl_decode import decode_piece
from afs_engine.data.quarantine import late_quarantine
from afs_engine.data.rowset import INDEX_TYPES, RowSet, RowSetWriter

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


@settings(max_examples=150)
@given(lines=LINES)
def test_both_ways_in_give_the_same(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    folder = tmp_path_factory.mktemp("ways")
    data = b"\n".join(lines) + b"\n"
    quick, bad, tally = take_in(folder / "quick", data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "decode_texts", decode_piece)
        general, general_bad, general_tally = take_in(folder / "general", data)
    assert (bad, tally) == (general_bad, general_tally)
    assert quick.rows_path.read_bytes() == general.rows_path.read_bytes()
    assert (quick.info.rows, quick.info.domains) == (general.info.rows, general.info.domains)
    for name in INDEX_TYPES:
        assert np.array_equal(quick.column(name), general.column(name), equal_nan=name == "score"), name
