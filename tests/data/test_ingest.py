"""The door into the store: bytes kept, columns right, refused rows named; and lines as they leave."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.data.digest import hash_group
from afs_engine.data.finished_line import finish_line, finish_lines
from afs_engine.data.ingest import Ingest, RowDefaults
from afs_engine.data.quarantine import quarantine_file
from afs_engine.data.rowset import (
    HAS_COMPONENTS,
    HAS_DOMAIN,
    HAS_GROUP,
    HAS_ID,
    HAS_SCORE,
    RowSet,
    RowSetWriter,
)
from afs_engine.data.sample import TrainingSample, content_digest
from tests.program import read_rows

QA = {"instruction": "q", "output": "a"}
LINES = [
    b'{"instruction": "q",  "output":"a" , "z":1.10, "a":1E5}',
    rb'{"output":"caf\u00e9 \/ \ud83d\ude00","instruction":"q","big":36893488147419103232}',
    '{"instruction":"q","output":"café 😀 \x7f","nested":{"b":[1,null,-0.0]}}'.encode(),
]


def ingest_file(folder: Path, data: bytes, defaults: RowDefaults | None = None) -> tuple[RowSet, Any]:
    (folder / "in.jsonl").write_bytes(data)
    writer = RowSetWriter(folder / "rows")
    with quarantine_file(folder / "bad.jsonl") as quarantine:
        tally = Ingest(writer, defaults or RowDefaults()).add_file(
            folder / "in.jsonl", quarantine, lambda _: None
        )
    writer.close()
    return RowSet(folder / "rows"), tally


def stored(rowset: RowSet) -> list[bytes]:
    return [line for block in rowset.line_blocks() for line in block]


def test_lines_in_our_shape_keep_their_bytes(tmp_path: Path) -> None:
    rowset, tally = ingest_file(tmp_path, b"\n".join(LINES) + b"\n")
    assert stored(rowset) == LINES
    assert (tally.kept, tally.refused, tally.blank) == (3, 0, 0)


def test_a_line_of_another_shape_is_rewritten_and_its_neighbours_are_not(tmp_path: Path) -> None:
    other = b'{"prompt": "q", "response": "a", "n": 36893488147419103232}'
    bad = b'{"prompt": "q"}'
    rowset, tally = ingest_file(tmp_path, b"\n".join([LINES[0], other, bad, b"", LINES[1]]) + b"\n{oops")
    first, rewritten, last = stored(rowset)
    assert (first, last) == (LINES[0], LINES[1])
    assert json.loads(rewritten) == QA | {"n": 2**65}
    assert (tally.kept, tally.refused, tally.blank) == (3, 2, 1)
    assert [(each["line"], each["reason"]) for each in read_rows(tmp_path / "bad.jsonl")] == [
        (3, "not a training row"),
        (6, "incomplete last line"),
    ]
    assert read_rows(tmp_path / "bad.jsonl")[0]["raw"] == bad.decode()
    assert read_rows(tmp_path / "bad.jsonl")[0]["offset"] == len(LINES[0]) + len(other) + 2


PIECES = st.sampled_from(
    [
        *LINES,
        b"",
        b"  \r",
        b" " + LINES[0],
        LINES[1] + b"\r",
        LINES[2] + b" \t\r",
        b'{"prompt":"q","response":"a"}',
        b"{oops",
    ]
)


@given(st.lists(PIECES, max_size=12), st.booleans())
def test_stored_lines_stand_where_the_index_says(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], ends: bool
) -> None:
    data = b"\n".join(pieces) + (b"\n" if ends else b"")
    rowset, tally = ingest_file(tmp_path_factory.mktemp("in"), data)
    wanted = [piece.strip() for piece in pieces if piece.strip().endswith(b"}")]
    kept = [line if b"prompt" not in line else b'{"instruction":"q","output":"a"}' for line in wanted]
    assert stored(rowset) == kept
    assert tally.kept == rowset.rows == len(kept)
    reader = rowset.open_lines()
    assert reader.lines(np.arange(rowset.rows)) == kept
    reader.close()


def one_row(folder: Path, row: dict[str, Any], defaults: RowDefaults | None = None) -> dict[str, Any]:
    rowset, _ = ingest_file(folder, json.dumps(row).encode(), defaults)
    names = ("group", "source", "domain", "version", "present", "output_chars", "score", "id_lo")
    found: dict[str, Any] = {name: rowset.column(name)[0].item() for name in names}
    found["score"] = None if np.isnan(found["score"]) else found["score"]
    found["domain"] = rowset.info.domains[found["domain"]]
    found["version"] = rowset.info.versions[found["version"]]
    return found | {"line": json.loads(stored(rowset)[0])}


def test_the_index_of_a_bare_row(tmp_path: Path) -> None:
    row = one_row(tmp_path, QA, RowDefaults(default_domain="notes", source="notes"))
    content = content_digest("q", "", "a")
    assert row["id_lo"] == row["group"] == int.from_bytes(content[8:], "big")
    assert (row["domain"], row["version"], row["present"]) == ("notes", "", 0)
    assert (row["output_chars"], row["score"]) == (1, None)
    assert row["source"] == hash_group("notes")
    assert row["line"] == QA


def test_the_index_of_a_full_row(tmp_path: Path) -> None:
    full = QA | {
        "input": "i",
        "thinking": "t",
        "output": "é😀",
        "domain": "asm",
        "source": "s",
        "group": "talk",
        "sample_id": "old",
        "quality_score": 0.5,
        "quality_components": {},
        "provenance": {"rehearsal": True, "version": 3},
    }
    row = one_row(tmp_path, full, RowDefaults(default_domain="notes", source="notes"))
    assert row["present"] == HAS_ID | HAS_GROUP | HAS_SCORE | HAS_DOMAIN | HAS_COMPONENTS
    assert (row["domain"], row["version"], row["output_chars"], row["score"]) == ("asm", "3", 2, 0.5)
    assert (row["group"], row["source"]) == (hash_group("talk"), hash_group("s"))
    assert row["id_lo"] == int.from_bytes(content_digest("q", "i", "é😀", "t")[8:], "big")


def test_a_source_may_set_domain_and_version(tmp_path: Path) -> None:
    row = one_row(tmp_path, QA | {"domain": "old"}, RowDefaults(domain="new", version="v1"))
    assert (row["domain"], row["version"]) == ("new", "v1")
    assert row["line"] == QA | {"domain": "new", "provenance": {"version": "v1", "rehearsal": True}}


@pytest.mark.parametrize(
    ("provenance", "version"),
    [({"rehearsal": True, "version": "v0"}, "v0"), ({"page": 3}, "v1"), ("wiki", "v1"), (None, "v1")],
)
def test_a_row_that_was_rehearsed_before_keeps_its_version(
    tmp_path: Path, provenance: Any, version: str
) -> None:
    row = one_row(tmp_path, QA | {"provenance": provenance}, RowDefaults(version="v1"))
    assert row["version"] == version


def test_scores_of_all_kinds_of_numbers(tmp_path: Path) -> None:
    scores: list[Any] = [1, 0.5, None, 0, 10**30, 2**64, -3, 1e-300]
    rows = [QA | {"quality_score": score} for score in scores] + [QA, QA | {"quality_score": 10**400}]
    rowset, tally = ingest_file(tmp_path, b"\n".join(json.dumps(row).encode() for row in rows))
    assert tally.refused == 1
    expected = [np.nan if score is None else score for score in [*scores, None]]
    np.testing.assert_array_equal(rowset.column("score"), np.array(expected, dtype=np.float32))


def test_samples_of_a_generator(tmp_path: Path) -> None:
    writer = RowSetWriter(tmp_path / "rows")
    samples = [TrainingSample(instruction="q", output=str(n), group="g") for n in range(5000)]
    samples[7].output = " "
    samples[4100].metadata["file"] = Path("a.md")
    samples[4200].instruction = ""
    samples[4999].metadata["text"] = "half a character: \ud83d"
    bad = Ingest(writer, RowDefaults(default_domain="notes")).add_samples(iter(samples))
    assert sorted((each.position, each.reason) for each in bad) == [
        (7, "'output' is empty"),
        (4100, "can't be written as JSON"),
        (4200, "'instruction' is empty"),
        (4999, "can't be written as JSON"),
    ]
    writer.close()
    rowset = RowSet(tmp_path / "rows")
    assert rowset.rows == 4996
    assert json.loads(stored(rowset)[0])["output"] == "0"
    assert set(rowset.column("group").tolist()) == {hash_group("g")}
    assert rowset.info.domains == ["general"]  # a sample always says its domain


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


TEXT = st.text(max_size=10)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
OURS = {"sample_id", "quality_score", "quality_components", "instruction", "output", "messages"}
EXTRA = st.dictionaries(TEXT.filter(lambda key: key not in OURS), JSON, max_size=4)
SCORES = b'"quality_score":0.25,"quality_components":{"length":0.25}'


@given(EXTRA, st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_a_finished_line_has_id_and_scores_and_all_else_as_it_was(
    extra: dict[str, Any], spaced: bool, has_id: bool, has_score: bool, is_scored: bool
) -> None:
    row: dict[str, Any] = QA | extra
    row |= {"sample_id": "own"} if has_id else {}
    row |= {"quality_score": 0.75, "note": 2**80} if has_score else {}
    separators = (", ", ": ") if spaced else (",", ":")
    line = json.dumps(row, ensure_ascii=spaced, separators=separators).encode()
    present = (HAS_ID if has_id else 0) | (HAS_SCORE if has_score else 0)
    finished = finish_line(line, present, b"ab12", SCORES if is_scored else b"")
    expected = {"sample_id": "ab12"} | row
    expected |= json.loads(b"{" + SCORES + b"}") if is_scored else {}
    assert json.loads(finished, object_pairs_hook=unrepeated) == expected
    if not (has_score and is_scored):
        assert finished.startswith(line[:-1])
    if has_id and not is_scored:
        assert finished == line
    ids, members = [b"ab12"] * 2, [SCORES if is_scored else b"", b""]
    both = finish_lines([line[:-1]] * 2, [present, present], ids, members)
    assert both == finished + b"\n" + finish_line(line, present, b"ab12", b"") + b"\n"
