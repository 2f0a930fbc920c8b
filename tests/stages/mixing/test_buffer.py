"""The training guide's classes and functions for scripts, on files; and that commands do the same."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from afs_engine import RehearsalBuffer, RehearsalBufferConfig, TrainingSample, rebalance_datasets
from afs_engine.errors import InputError, UsageError
from afs_engine.runs.files.rebalance import rebalance_files
from afs_engine.stages.mixing.balance import BalanceRules
from tests.program import read_rows, write_rows


def make_rows(name: str, count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"instruction": f"{name} {n}?", "output": f"{name} is {n}.", **more} for n in range(count)]


def scored(name: str, count: int) -> list[dict[str, Any]]:
    rows = make_rows(name, count, domain=name)
    return [row | {"quality_score": n / count} for n, row in enumerate(rows)]


def test_a_buffer_keeps_the_best_of_each_domain(tmp_path: Path) -> None:
    old = write_rows(tmp_path / "v1.jsonl", scored("asm", 20) + scored("docs", 10))
    buffer = RehearsalBuffer(RehearsalBufferConfig(quality_threshold=0.8, top_ratio=0.5))
    assert buffer.load_from_jsonl(old, version="v1") == 30
    kept = buffer.select_top_samples()
    assert [s.quality_score for s in kept] == [0.95, 0.9, 0.9, 0.85, 0.8, 0.8]
    assert Counter(s.domain for s in kept) == {"asm": 4, "docs": 2}
    assert all(s.provenance == {"version": "v1", "rehearsal": True} for s in kept)


def test_a_buffer_mixes_to_the_ratio_and_comes_back_from_disk(tmp_path: Path) -> None:
    old = write_rows(tmp_path / "v1.jsonl", scored("asm", 100))
    buffer = RehearsalBuffer(RehearsalBufferConfig(quality_threshold=0, top_ratio=1))
    buffer.load_from_jsonl(old, version="v1")
    new = buffer.load_jsonl(write_rows(tmp_path / "new.jsonl", make_rows("docs", 70)))
    assert len(buffer.samples) == 100  # load_jsonl adds nothing
    merged = buffer.merge_with_new_data(new, rehearsal_ratio=0.3)
    assert len(merged) == 100
    assert sum(bool(s.provenance.get("rehearsal")) for s in merged) == 30
    assert merged != buffer.merge_with_new_data(new, 0.3, seed=7)
    assert buffer.merge_with_new_data(new, 0.3, shuffle=False)[:70] == new
    buffer.save(tmp_path / "buffer.jsonl")
    assert RehearsalBuffer().load_jsonl(tmp_path / "buffer.jsonl") == buffer.samples


def test_a_score_of_zero_is_not_a_missing_one(tmp_path: Path) -> None:
    rows = [{"instruction": "q", "output": "a", "quality_score": 0.0}]
    buffer = RehearsalBuffer(RehearsalBufferConfig(quality_threshold=0.0, top_ratio=1))
    buffer.load_from_jsonl(write_rows(tmp_path / "v1.jsonl", rows), version="v1")
    buffer.save(tmp_path / "buffer.jsonl")
    assert read_rows(tmp_path / "buffer.jsonl")[0]["quality_score"] == 0.0


def test_a_provenance_of_another_kind_is_no_crash(tmp_path: Path) -> None:
    rows = [{"instruction": "q", "output": "a", "provenance": "wiki", "kg_entities": "none"}]
    path = write_rows(tmp_path / "v1.jsonl", rows)
    assert len(rebalance_datasets([path], {})) == 1
    buffer = RehearsalBuffer()
    buffer.load_from_jsonl(path, version="v1")
    assert buffer.samples[0].provenance == {"version": "v1", "rehearsal": True}


def test_an_empty_buffer(tmp_path: Path) -> None:
    buffer = RehearsalBuffer()
    assert buffer.select_top_samples() == []
    assert buffer.merge_with_new_data([], 0.3) == []
    new = [TrainingSample(instruction="q", output="a")]
    assert buffer.merge_with_new_data(new, 0.3) == new
    with pytest.raises(InputError):
        buffer.load_from_jsonl(tmp_path / "absent.jsonl", version="v1")


def test_a_script_draws_what_the_command_draws(tmp_path: Path) -> None:
    inputs = [
        write_rows(tmp_path / "oracle_v1.2_scored.jsonl", make_rows("oracle", 60, quality_score=0.75)),
        write_rows(tmp_path / "memory.jsonl", make_rows("memory", 9, quality_score=0.5)),
        write_rows(tmp_path / "notes.jsonl", scored("history", 40)),
    ]
    weights = {"oracle": 0.4, "memory": 0.4, "history": 0.2}
    drawn = rebalance_datasets(inputs, weights, min_quality_score=0.25, oversample=True, seed=5)
    rules = BalanceRules(weights, min_quality_score=0.25, oversample=True, seed=5)
    report = rebalance_files(inputs, tmp_path / "out.jsonl", rules)
    assert [s.output for s in drawn] == [row["output"] for row in read_rows(tmp_path / "out.jsonl")]
    assert {share.name: share.drawn for share in report.shares} == {"oracle": 60, "memory": 60, "history": 30}
    with pytest.raises(UsageError, match="'orcale' matches no sample"):
        rebalance_datasets(inputs, {"orcale": 1})


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(make_rows("a", 1)[0]) + '\n{"instruction": "q"}\n')
    with pytest.raises(InputError, match=r"bad.jsonl:2: the row has no output"):
        rebalance_datasets([path], {})
