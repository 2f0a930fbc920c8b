"""`split_dataset`, as the training guide calls it, splits as the command does."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from afs_engine import split_dataset
from afs_engine.errors import InputError, UsageError
from afs_engine.runs.files.prepare import prepare_file
from afs_engine.stages.splitting.ratios import SplitRatios
from tests.program import read_rows, write_rows


def rows() -> list[dict[str, Any]]:
    """Some with a group, some twice, some nearly twice."""
    words = [" ".join(f"w{n * 13 + place * 3}" for place in range(30)) for n in range(80)]
    plain = [{"instruction": f"q{n}", "output": words[n], "domain": "ab"[n % 2]} for n in range(60)]
    grouped = [
        {"instruction": f"q{n}", "output": words[n], "group": f"talk {n % 4}", "domain": "c"}
        for n in range(60, 80)
    ]
    near = [{"instruction": f"q{n}", "output": words[n] + " end"} for n in range(0, 60, 5)]
    return [*plain, *grouped, *near, *plain[:10]]


@pytest.mark.parametrize("stratify_by", ["domain", None])
def test_a_script_splits_as_the_command(tmp_path: Path, stratify_by: Any) -> None:
    source = write_rows(tmp_path / "rows.jsonl", rows())
    sides = split_dataset(source, 0.7, 0.2, 0.1, stratify_by=stratify_by, seed=3)
    ratios = SplitRatios(0.7, 0.2, 0.1)
    report = prepare_file(source, tmp_path / "splits", ratios, seed=3, stratify_by=stratify_by)
    assert report.leaks.is_clean
    for name, samples in sides.items():
        written = read_rows(tmp_path / f"splits/{name}.jsonl")
        assert [(s.instruction, s.output) for s in samples] == [
            (row["instruction"], row["output"]) for row in written
        ]
    assert sum(map(len, sides.values())) == len(rows())


def test_groups_and_copies_stay_together(tmp_path: Path) -> None:
    sides = split_dataset(write_rows(tmp_path / "rows.jsonl", rows()))
    homes: dict[str, set[str]] = {}
    for name, samples in sides.items():
        for sample in samples:
            homes.setdefault(sample.group or sample.output[:60], set()).add(name)
    assert Counter(map(len, homes.values())).keys() == {1}


def test_what_can_not_be_split(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "rows.jsonl", rows())
    with pytest.raises(UsageError, match="can't stratify by 'source'"):
        split_dataset(source, stratify_by="source")
    with pytest.raises(UsageError, match="are no split"):
        split_dataset(source, 0.9, 0.2)
    with pytest.raises(InputError, match=r"absent\.jsonl"):
        split_dataset(tmp_path / "absent.jsonl")
