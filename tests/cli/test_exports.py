"""The export commands on the sample's own sources: every record that was read is accounted for."""

from pathlib import Path

import pytest

from tests.program import call_well, read_rows


@pytest.mark.parametrize(
    ("command", "option", "folder"),
    [
        ("memory-export", "--memory-root", "memory"),
        ("history-export", "--history-root", "history"),
        ("oracle-export", "--oracle-path", "tidewake"),
    ],
)
def test_records_read_are_used_or_skipped_for_a_reason(
    tmp_path: Path, command: str, option: str, folder: str
) -> None:
    call_well("init", "sample", cwd=tmp_path)
    source = tmp_path / "sample" / "sources" / folder
    told = call_well("training", command, option, source, "--output", "o.jsonl", "--json", cwd=tmp_path).json
    assert told["samples"] == len(read_rows(tmp_path / "o.jsonl")) > 0
    assert told["records_used"] > 0
    assert told["records_read"] == told["records_used"] + sum(told["skipped"].values())


def test_only_what_is_written_counts_as_redacted(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(3):
        (notes / f"{number}.md").write_text(
            f"# Who to ask, part {number}\n\nWrite to anna{number}@firma.de.\n"
        )
    told = [
        call_well(
            "training",
            "memory-export",
            "--memory-root",
            notes,
            "--output",
            "o.jsonl",
            *limit,
            "--json",
            cwd=tmp_path,
        ).json
        for limit in ((), ("--limit", "1"))
    ]
    assert [each["samples"] for each in told] == [3, 1]
    assert [each["redacted"] for each in told] == [{"email": 3}, {"email": 1}]
