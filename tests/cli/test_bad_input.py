"""What a person can do wrong, and what can go wrong with a disk: one clear line, the right exit code,
nothing half-written, no traceback."""

import json
import os
import resource
import subprocess
from pathlib import Path

import pytest

from afs_engine.runs.init import init_workspace
from tests.program import PROGRAM, Answer, call, call_well, environment, read_rows, write_rows

ROWS = [
    {
        "instruction": f"What is item {n}?",
        "output": f"Item {n} is number {n} of the list of items.",
        "domain": "notes",
    }
    for n in range(50)
]


def refused(answer: Answer, code: int, *words: str) -> None:
    assert answer.code == code, answer.err
    lines = answer.err.strip().splitlines()
    assert len(lines) == 1, answer.err
    assert lines[0].startswith("error: ")
    assert "Traceback" not in answer.err
    for word in words:
        assert word in answer.err


def left_over(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.name.startswith(".afs-tmp-"))


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (
            ("[dedup]\nnear", "[dedup]\nnaer"),
            "near = true",
            ["unknown key 'dedup.naer'", "did you mean 'near'"],
        ),
        (("[split]", "[splti]"), "[split]", ["unknown key 'splti'", "did you mean 'split'"]),
        (
            ('kind = "oracle" ', 'kind = "orcale" '),
            'kind = "oracle" ',
            ["unknown kind 'orcale'", "did you mean 'oracle'"],
        ),
        (('path = "sources/tidewake"', "path = 7"), 'path = "sources/tidewake"', ["valid string", "found 7"]),
        (("seed = 42", 'seed = "many"'), "seed = 42", ["'run.seed'", "valid integer"]),
        (("train = 0.8", "train = 1.8"), "train = 0.8", ["'split.train'"]),
        (("near = true", "near ="), "near = true", ["not valid TOML"]),
        (
            ("top_ratio = 0.6", "top_ratio = nan"),
            "top_ratio = 0.6",
            ["'rehearsal.top_ratio'", "finite number"],
        ),
    ],
)
def test_a_recipe_with_a_mistake(
    tmp_path: Path, change: tuple[str, str], line: str, words: list[str]
) -> None:
    recipe = init_workspace(tmp_path / "w")
    text = recipe.read_text()
    number = next(n for n, each in enumerate(text.splitlines(), start=1) if line in each)
    assert change[0] in text
    recipe.write_text(text.replace(*change, 1))
    refused(call("run", "recipe.toml", cwd=recipe.parent), 2, f"recipe.toml:{number}", *words)
    assert not (recipe.parent / "runs").exists()
    assert not (recipe.parent / ".afs").exists()


def test_a_weight_for_a_domain_that_is_not_there(tmp_path: Path) -> None:
    recipe = init_workspace(tmp_path / "w")
    recipe.write_text(recipe.read_text().replace("memory = 0.2,", "memroy = 0.2,"))
    answer = call("run", "recipe.toml", "--until", "balance", cwd=recipe.parent)
    assert answer.code == 2
    assert answer.err.strip().splitlines()[-1].startswith("error: weight 'memroy' matches no sample")
    assert "did you mean 'memory'" in answer.err


def test_missing_and_empty_inputs(tmp_path: Path) -> None:
    refused(call("run", "nowhere.toml", cwd=tmp_path), 2, "nowhere.toml")
    refused(call("training", "analyze", "--input", "no.jsonl", cwd=tmp_path), 1, "no.jsonl")
    (tmp_path / "empty").mkdir()
    refused(
        call("training", "memory-export", "--memory-root", "empty", "--output", "m.jsonl", cwd=tmp_path),
        1,
        "0 records",
    )
    refused(
        call("training", "oracle-export", "--oracle-path", "empty", "--output", "o.jsonl", cwd=tmp_path),
        1,
        "empty",
    )
    refused(call("training", "history-export", "--output", "h.jsonl", cwd=tmp_path), 1, "events_*.jsonl")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty"]


def test_a_malformed_line_is_told_and_kept_apart(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "rows.jsonl", ROWS)
    source.write_text(
        source.read_text().replace('{"instruction": "What is item 7?"', '{"instruction: "What is item 7?"')
    )
    checked = call("training", "validate", "--input", source, "--json", cwd=tmp_path)
    assert checked.code == 1
    assert (checked.json["rows"], checked.json["kept"], checked.json["quarantined"]) == (50, 49, 1)
    assert checked.json["problems"][0]["line"] == 8
    done = call_well(
        "training", "convert", "--input", source, "--output", "a.jsonl", "--format", "alpaca", cwd=tmp_path
    )
    assert "1 line could not be used" in done.out
    assert len(read_rows(tmp_path / "a.jsonl")) == 49
    (bad,) = read_rows(tmp_path / "a.jsonl.quarantine.jsonl")
    assert (bad["line"], bad["offset"]) == (8, source.read_bytes().index(b'{"instruction: "What is item 7'))


def test_wrong_flags(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "rows.jsonl", ROWS)
    rebalance = ["training", "rebalance", "--input", source, "--output", "out.jsonl"]
    refused(call("training", "rebalence", cwd=tmp_path), 2, "did you mean 'rebalance'")
    refused(call(*rebalance, "--weight", "notes=lots", cwd=tmp_path), 2, "notes=lots")
    refused(call(*rebalance, "--weight", "notse=1", cwd=tmp_path), 2, "did you mean 'notes'")
    refused(call(*rebalance, "--weight", "notes=0", cwd=tmp_path), 2, "all weights are 0")
    refused(call(*rebalance, "--weight", "notes=nan", cwd=tmp_path), 2, "notes=nan")
    refused(call(*rebalance, "--min-quality-score", "nan", cwd=tmp_path), 2, "nan is no number")
    name = ("training", "registry-create", "--model", "nano", "--name")
    refused(call(*name, "two@1", cwd=tmp_path), 2, "'two@1' is no name")
    refused(call(*name, "a\x1b[31m\n", cwd=tmp_path), 2, "is no name")
    refused(
        call(*rebalance, "--min-quality-score", "0.5", "--weight", "notes=1", cwd=tmp_path),
        2,
        "no quality score",
    )
    refused(
        call(
            "training",
            "prepare",
            "--input",
            source,
            "--output",
            "s",
            "--train-ratio",
            "0.9",
            "--val-ratio",
            "0.3",
            cwd=tmp_path,
        ),
        2,
        "no split",
    )
    refused(
        call("discriminator", "score", "--input", source, "--profile", "assm", cwd=tmp_path),
        2,
        "did you mean 'asm'",
    )
    refused(call("discriminator", "filter", "--input", source, cwd=tmp_path), 1, "quality_score")
    assert [p.name for p in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_file_size_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "rows.jsonl", [row | {"output": row["output"] * 900} for row in ROWS])
    done = subprocess.run(
        [
            *PROGRAM,
            "training",
            "convert",
            "--input",
            str(source),
            "--output",
            "a.jsonl",
            "--format",
            "alpaca",
        ],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        check=False,
    )
    refused(Answer(done.returncode, done.stdout, done.stderr), 1, "ulimit -f")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rows.jsonl"]


def test_a_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    """In a mount of 1 MB of its own: the old result stays, the temporary file goes."""
    source = write_rows(tmp_path / "rows.jsonl", [row | {"output": row["output"] * 900} for row in ROWS])
    small = tmp_path / "small"
    small.mkdir()
    command = " ".join([*(f"'{part}'" for part in PROGRAM), "training", "convert", "--input", str(source)])
    script = f"""
        mount -t tmpfs -o size=1m none {small} || exit 77
        echo old > {small}/a.jsonl
        {command} --output {small}/a.jsonl --format alpaca
        echo "code $?"; cat {small}/a.jsonl; ls -A {small}
    """
    flags = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    done = subprocess.run(
        [*flags, "sh", "-c", script], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this machine lets nobody mount a small disk")
    assert done.stdout.splitlines() == ["code 1", "old", "a.jsonl"]
    assert done.stderr.startswith("error: ")
    assert "No space left" in done.stderr
    assert "free some space" in done.stderr


def test_a_full_stdout_and_a_closed_pipe(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "rows.jsonl", ROWS)
    analyze = " ".join([*(f"'{part}'" for part in PROGRAM), "training", "analyze", "--input", str(source)])
    full = subprocess.run(
        ["sh", "-c", f"{analyze} > /dev/full"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    refused(Answer(full.returncode, full.stdout, full.stderr), 1, "No space left")
    closed = subprocess.run(
        ["sh", "-c", f"{analyze} | true"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in closed.stderr


def test_hostile_text_reaches_no_terminal(tmp_path: Path) -> None:
    hostile = "\x1b]52;c;aGk=\x07\x1b[31mred\u202e[/bold]"
    source = write_rows(tmp_path / "rows.jsonl", [ROWS[0] | {"domain": hostile}])
    for answer in (
        call_well("training", "analyze", "--input", source, cwd=tmp_path),
        call("training", "analyze", "--input", f"no{hostile}.jsonl", cwd=tmp_path),
        call(
            "training", "rebalance", "--input", source, "--output", "o.jsonl", "--weight", "x=1", cwd=tmp_path
        ),
    ):
        assert not {"\x1b", "\x07", "\u202e"} & set(answer.out + answer.err)


def test_an_init_into_a_used_folder_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused(call("init", tmp_path, cwd=tmp_path), 2, "not empty")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_source_without_a_usable_row_is_an_error(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"instruction": "no answer", "output": " "}] * 3)
    (tmp_path / "recipe.toml").write_text('[[sources]]\nname = "a"\nkind = "jsonl"\npath = "rows.jsonl"\n')
    refused(
        call("run", "recipe.toml", "--until", "export", cwd=tmp_path), 1, "gives no sample", "3 quarantined"
    )
    failed = json.loads((tmp_path / "runs" / "run" / "journal.jsonl").read_text().splitlines()[-1])
    assert (failed["type"], failed["stage"], failed["exit_code"]) == ("RunFailed", "export", 1)
