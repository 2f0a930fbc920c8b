"""A chat source in a recipe: its quality floor, its limit, and the lines that could not be read."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.program import call, call_well, read_rows
from tests.stages.sources.chat.log_files import write_lines
from tests.stages.sources.claude.session_lines import SessionLines

SESSION = "claude/projects/-home-dev-oos/11111111-2222-4333-8444-555555555555.jsonl"
GOOD = "The handler saves A, acknowledges $4210, and runs the queued transfers. " * 6
SECRET = "hunter2" + "Zq9!"


def write_workspace(folder: Path, **source: Any) -> None:
    """Three good answers, two short ones, and a damaged line with a password in it."""
    log = SessionLines()
    for number, answer in enumerate([GOOD, "Yes.", GOOD + "b", "No.", GOOD + "c"]):
        log.turn(number, f"Question {number}?", answer)
    write_lines(folder / SESSION, *log.lines)
    with (folder / SESSION).open("a") as file:
        file.write(f'{{"type":"user","message":{{"content":"password={SECRET}"}}\n')
    options = "".join(f"{name} = {json.dumps(value)}\n" for name, value in source.items())
    split = "[split]\ntrain = 1.0\nval = 0\ntest = 0\n"
    text = f'[[sources]]\nname = "chats"\nkind = "claude"\npath = "claude"\n{options}\n{split}'
    (folder / "recipe.toml").write_text(text)


def run(folder: Path) -> tuple[list[str], dict[str, Any]]:
    call_well("run", "recipe.toml", "--until", "convert", cwd=folder)
    rows = read_rows(folder / "runs" / "run" / "data" / "train.jsonl")
    ledger = json.loads((folder / "runs" / "run" / "ledger.json").read_text())
    stage = next(each for each in ledger["stages"] if each["stage"] == "export chats")
    return sorted(row["instruction"] for row in rows), stage


def test_a_floor_is_laid_as_by_the_command_and_counted(tmp_path: Path) -> None:
    write_workspace(tmp_path, min_quality_score=0.5, score_profile="dialogue")
    asked, stage = run(tmp_path)
    assert asked == ["Question 0?", "Question 2?", "Question 4?"]
    assert (stage["rows_in"], stage["rows_out"], stage["dropped"]) == (5, 3, {"quality below 0.5": 2})
    flags = ["--min-quality-score", "0.5", "--score-profile", "dialogue", "--root", "claude"]
    exported = call_well(
        "training", "claude-export", "--output", "o.jsonl", *flags, "--json", cwd=tmp_path
    ).json
    assert (exported["samples"], exported["dropped"]) == (3, stage["dropped"])
    assert sorted(row["instruction"] for row in read_rows(tmp_path / "o.jsonl")) == asked


def test_the_limit_counts_what_is_above_the_floor(tmp_path: Path) -> None:
    write_workspace(tmp_path, min_quality_score=0.5, limit=2)
    asked, stage = run(tmp_path)
    assert asked == ["Question 0?", "Question 2?"]
    assert stage["dropped"] == {"over the limit": 1, "quality below 0.5": 2}
    assert stage["rows_in"] == 5


@pytest.mark.parametrize(
    ("source", "told"),
    [({"score_profile": "dialog"}, "dialogue"), ({"min_quality_score": 2}, "min_quality_score")],
)
def test_a_wrong_floor_is_told_in_a_line(tmp_path: Path, source: dict[str, Any], told: str) -> None:
    write_workspace(tmp_path, **{"min_quality_score": 0.5} | source)
    answer = call("run", "recipe.toml", cwd=tmp_path)
    assert answer.code == 2
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_a_line_that_cannot_be_read_is_told_with_its_place_and_without_its_secret(tmp_path: Path) -> None:
    write_workspace(tmp_path)
    run(tmp_path)
    (stored,) = (tmp_path / ".afs" / "store").rglob("quarantine.jsonl")
    answer = call_well(
        "training", "claude-export", "--root", "claude", "--output", "o.jsonl", "--json", cwd=tmp_path
    )
    report = answer.json
    assert (report["quarantined"], report["skipped"]) == (1, {"malformed line": 1})
    for path in (stored, tmp_path / report["quarantine"]):
        (line,) = read_rows(path)
        content = (tmp_path / SESSION).read_bytes().splitlines(keepends=True)
        assert line["file"].endswith("-home-<USER_1>-oos/" + Path(SESSION).name)
        assert (line["line"], line["offset"]) == (len(content), len(b"".join(content[:-1])))
        assert line["reason"] == "not JSON"
        assert line["raw"].startswith('{"type":"user","message":{"content":"password=<PASSWORD_')
    everything = [
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name[:2] != "11"
    ]
    assert not any(SECRET.encode() in each for each in everything)
    assert SECRET not in answer.out + answer.err
