"""Where commands write: never over an input, never under a name that says another format."""

from pathlib import Path

import pytest

from tests.cli.conftest import Ask
from tests.program import write_rows

ROWS = [{"instruction": f"q {n}?", "output": f"answer {n}", "quality_score": 0.5} for n in range(20)]


@pytest.mark.parametrize(
    "command",
    [
        "training convert --format alpaca --input a.jsonl --output a.jsonl",
        "training convert --format alpaca --input a.jsonl --output ./b/../a.jsonl",
        "training convert --format alpaca --input a.jsonl --output link.jsonl",
        "training convert --format alpaca --input link.jsonl --output a.jsonl",
        "training convert --format alpaca --input a.jsonl.quarantine.jsonl --output a.jsonl",
        "training rebalance --input b/train.jsonl --input a.jsonl --output a.jsonl",
        "training rehearsal-build --version v1 --input a.jsonl --output a.jsonl",
        "training rehearsal-mix --buffer a.jsonl --new-data b/train.jsonl --output a.jsonl",
        "training rehearsal-mix --buffer b/train.jsonl --new-data a.jsonl --output a.jsonl",
        "training prepare --input b/train.jsonl --output b",
        "training redact --input a.jsonl --output a.jsonl",
        "training validate --input a.jsonl --fix a.jsonl",
        "training evaluate --model nowhere --data a.jsonl --output a.jsonl",
        "discriminator score --input a.jsonl --output a.jsonl",
        "discriminator filter --input a.jsonl --output a.jsonl",
        "discriminator data --input a.jsonl --output a.jsonl",
    ],
)
def test_an_input_is_never_overwritten(ask: Ask, tmp_path: Path, command: str) -> None:
    files = [
        write_rows(tmp_path / name, ROWS) for name in ("a.jsonl", "b/train.jsonl", "a.jsonl.quarantine.jsonl")
    ]
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")
    before = [path.read_bytes() for path in files]
    answer = ask(*command.split())
    assert (answer.code, answer.out) == (2, "")
    assert "the output is the input itself (name another file)" in answer.err
    assert [path.read_bytes() for path in files] == before
    assert len(list(tmp_path.rglob("*"))) == 5


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--input a.jsonl --output o.jsonl.gz", "rows are written as plain JSONL, not as .gz"),
        ("--input a.jsonl --output o.parquet", "rows are written as plain JSONL, not as .parquet"),
        ("--input a.jsonl --output b", "b is a folder: name a file in it"),
        ("--input a.jsonl --input c.jsonl --output o.jsonl", "--input is given twice, but takes one path"),
        ("--input a.jsonl --output=o.jsonl --output p.jsonl", "--output is given twice, but takes one"),
        ("--input a.jsonl --output=", "the path is empty"),
    ],
)
def test_what_would_mislead_or_leave_rows_out_is_refused(
    ask: Ask, tmp_path: Path, options: str, told: str
) -> None:
    write_rows(tmp_path / "a.jsonl", ROWS)
    write_rows(tmp_path / "c.jsonl", ROWS)
    (tmp_path / "b").mkdir()
    answer = ask("training", "convert", *options.split(), "--format", "alpaca")
    assert answer.code == 2
    assert told in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b", "c.jsonl"]


def test_notes_are_not_exported_among_the_notes(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# Tide\nThe tide turns every 256 frames.\n")
    answer = ask("training", "memory-export", "--memory-root", "notes", "--output", "notes/m.jsonl")
    assert answer.code == 2
    assert "notes/m.jsonl: the output lies in the folder that is read" in answer.err
    assert ask("training", "memory-export", "--memory-root", "notes", "--output", "m.jsonl").code == 0


def test_a_name_the_disk_refuses_is_told(ask: Ask, tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", ROWS)
    name = "x" * 300 + ".jsonl"
    for options in (("--input", "a.jsonl", "--output", name), ("--input", name, "--output", "o.jsonl")):
        answer = ask("training", "convert", *options, "--format", "alpaca")
        assert (answer.code, answer.out) == (1, "")
        assert name in answer.err
        assert "name" in answer.err.replace(name, "")
        assert "too long" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
