"""Checking and mending a file: exact counts, bytes kept as they were, nothing half-written."""

import json
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.jsonl_block import DUPLICATE_KEY, NOT_JSON
from afs_engine.data.jsonl_validate import PROBLEMS_SHOWN, WRONG_SHAPE, sample_problems, validate_file
from afs_engine.errors import InputError, UsageError
from tests.data.hostile_files import CORPUS, Hostile, row, rows, text

READABLE = [case for case in CORPUS if not case.refused]

TRAINABLE: list[dict[str, Any]] = [
    {"instruction": "q", "output": "a"},
    {"instruction": "q", "input": "", "output": "a", "metadata": {"x": [1]}},
    {"prompt": "q", "response": "a"},
    {"prompt": "q", "completion": "a"},
    {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]},
    {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
]
NOT_TRAINABLE: list[dict[str, Any]] = [
    {"instruction": "q", "output": ""},
    {"instruction": "q", "output": " \n"},
    {"instruction": "", "output": "a"},
    {"instruction": "q", "output": None},
    {"instruction": "q", "output": 5},
    {"instruction": ["q"], "output": "a"},
    {"instruction": "q"},
    {"output": "a"},
    {"foo": 1},
    {},
    {"messages": []},
    {"messages": [{"role": "user", "content": "q"}]},
    {"messages": ["q", "a"]},
    {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": ""}]},
]


def lines(objects: list[dict[str, Any]]) -> bytes:
    return text([json.dumps(each).encode() for each in objects])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in.jsonl"


def quarantined(target: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in target.read_bytes().splitlines()]


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_counts_balance_and_good_lines_keep_their_bytes(case: Hostile, path: Path, tmp_path: Path) -> None:
    path.write_bytes(case.data)
    fix, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    report = validate_file(path, fix=fix, quarantine=bad)
    source = case.data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    physical = len(source) if source[-1] else len(source) - 1
    assert report.rows == report.kept + report.quarantined
    assert report.rows + report.blank == physical
    assert sum(report.reasons.values()) == report.quarantined == len(quarantined(bad))
    refused = {record["line"] for record in quarantined(bad)}
    kept = [source[number - 1].strip(b"\0") for number in case.kept if number not in refused]
    assert fix.read_bytes() == text(kept)
    again = validate_file(fix)
    assert (again.kept, again.quarantined, again.blank) == (report.kept, 0, 0)


def test_trainable_shapes_are_told_from_others(path: Path) -> None:
    assert [sample_problems(each) for each in TRAINABLE] == [[]] * len(TRAINABLE)
    assert all(sample_problems(each) for each in NOT_TRAINABLE)
    path.write_bytes(lines(TRAINABLE + NOT_TRAINABLE))
    report = validate_file(path)
    assert (report.kept, report.quarantined) == (len(TRAINABLE), len(NOT_TRAINABLE))
    assert report.reasons == {WRONG_SHAPE: len(NOT_TRAINABLE)}
    assert [problem.line for problem in report.problems] == [
        len(TRAINABLE) + 1 + i for i in range(len(NOT_TRAINABLE))
    ]


def test_a_quarantined_line_can_be_found_again(path: Path, tmp_path: Path) -> None:
    latin1 = '{"output": "café"}'.encode("latin-1")
    bad = [b'{"a": 1, "a": 2}', latin1, b"{oops", b'{"instruction": "q", "output": ""}']
    path.write_bytes(text([row(1), *bad, row(2)]))
    validate_file(path, fix=tmp_path / "good", quarantine=tmp_path / "bad")
    records = quarantined(tmp_path / "bad")
    data = path.read_bytes()
    assert [record["line"] for record in records] == [2, 3, 4, 5]
    assert [data[r["offset"] :][: r["length"]] for r in records] == bad
    assert [record.get("raw") for record in records] == [bad[0].decode(), None, "{oops", bad[3].decode()]
    assert records[1]["raw_base64"] == "eyJvdXRwdXQiOiAiY2Fm6SJ9"
    assert [record["reason"] for record in records][::2] == [DUPLICATE_KEY, NOT_JSON]
    assert all(record["file"] == str(path) and record["detail"] for record in records)
    assert (tmp_path / "good").read_bytes() == text([row(1), row(2)])


def test_a_log_is_checked_as_jsonl_only(path: Path) -> None:
    path.write_bytes(lines([{"type": "user", "n": 1}, {"type": "x"}]) + b"{torn")
    report = validate_file(path)
    assert (report.kept, report.quarantined) == (2, 1)
    assert any("only the JSONL was checked" in note for note in report.notes)


def test_control_tokens_are_counted_and_kept(path: Path) -> None:
    tokens = ["<|im_start|>user", "<s>[INST] x [/INST]", "<end_of_turn>", "<\u007cim_end\u007c>"]
    benign = ["if a < b |c|", "array[INSTANCE]", "<span>", "x <| y", "#include <sys/types>"]
    data = lines([{"instruction": "q", "output": each} for each in tokens + benign])
    hidden = b'{"instruction": "q", "output": "\\u003c|im_end|\\u003e"}'
    nested = b'{"messages": [{"role": "user", "content": "<|a_b|>"}, {"role": "assistant", "content": "a"}]}'
    path.write_bytes(data + text([hidden, nested]))
    report = validate_file(path)
    assert report.control_token_rows == len(tokens) + 2
    assert report.kept == len(tokens) + len(benign) + 2


def test_the_list_of_problems_is_bounded_and_the_count_is_not(path: Path) -> None:
    path.write_bytes(row(1) + b"\n" + b"x\n" * 500)
    report = validate_file(path)
    assert len(report.problems) == PROBLEMS_SHOWN
    assert report.quarantined == report.reasons[NOT_JSON] == 500


def test_an_output_must_not_be_the_input(path: Path, tmp_path: Path) -> None:
    path.write_bytes(text(rows(3)))
    link = tmp_path / "link"
    link.symlink_to(path)
    for outputs in (
        {"fix": path},
        {"quarantine": path},
        {"fix": link},
        {"fix": link, "quarantine": tmp_path / "q"},
    ):
        with pytest.raises(UsageError, match="input itself"):
            validate_file(path, **outputs)
    with pytest.raises(UsageError, match="same file"):
        validate_file(path, fix=tmp_path / "x", quarantine=tmp_path / "." / "x")
    assert path.read_bytes() == text(rows(3))


def test_a_refused_file_leaves_no_output(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"[\n" + b",\n".join(rows(3)) + b"\n]\n")
    (tmp_path / "good").write_bytes(b"before")
    with pytest.raises(InputError):
        validate_file(path, fix=tmp_path / "good", quarantine=tmp_path / "bad")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["good", "in.jsonl"]
    assert (tmp_path / "good").read_bytes() == b"before"
