"""`training rehearsal-plan`: proxies at several ratios, their chart, and what it advises."""

from pathlib import Path

import pytest

from afs_engine.runs.files.rehearsal_plan import RatioOutcome, advise_ratio
from tests.bench.rehearsal_corpus import assembly_row, log_row, write_domain
from tests.program import call, call_well


def outcome(ratio: float, prevented: float | None, new_loss: float) -> RatioOutcome:
    return RatioOutcome(
        ratio=ratio,
        rehearsed_rows=0,
        old_loss=1,
        new_loss=new_loss,
        forgotten=0,
        learned=0,
        prevented=prevented,
    )


@pytest.mark.parametrize(
    ("outcomes", "advised"),
    [
        ([(0, 0.0, 1.0), (0.1, 0.5, 1.0), (0.2, 0.8, 1.05), (0.3, 0.9, 1.0)], 0.2),
        ([(0, 0.0, 1.0), (0.1, 0.9, 1.06), (0.2, 0.7, 1.0)], None),
        ([(0, None, 1.0), (0.1, None, 1.0)], None),
    ],
)
def test_the_smallest_ratio_that_does_is_advised(
    outcomes: list[tuple[float, float | None, float]], advised: float | None
) -> None:
    assert advise_ratio([outcome(*each) for each in outcomes]) == advised


def test_forgetting_is_drawn_against_the_ratio(tmp_path: Path) -> None:
    write_domain(tmp_path / "old.jsonl", assembly_row, 40, seed=1)
    write_domain(tmp_path / "new.jsonl", log_row, 40, seed=1)
    files = ("--earlier", "old.jsonl", "--new-data", "new.jsonl", "--rows", 20)
    short = ("--ratio", 0.3, "--epochs", 2, "--max-length", 256)
    plan = call_well("training", "rehearsal-plan", *files, *short, "--json", cwd=tmp_path).json
    assert [each["ratio"] for each in plan["ratios"]] == [0, 0.3]
    assert [each["rehearsed_rows"] for each in plan["ratios"]] == [0, 9]  # 9 of 29
    without, rehearsed = plan["ratios"]
    assert without["prevented"] == 0
    assert rehearsed["old_loss"] < without["old_loss"]
    assert without["learned"] == pytest.approx(plan["new_loss_before"] - without["new_loss"])
    assert not list((tmp_path / ".afs" / "work").iterdir())


def test_too_few_rows_and_ratios_that_are_none_are_told(tmp_path: Path) -> None:
    write_domain(tmp_path / "old.jsonl", assembly_row, 2, seed=1)
    files = ("--earlier", "old.jsonl", "--new-data", "old.jsonl")
    answer = call("training", "rehearsal-plan", *files, cwd=tmp_path)
    assert (answer.code, "too few rows" in answer.err) == (2, True)
    assert call("training", "rehearsal-plan", *files, "--ratio", 1, cwd=tmp_path).code == 2
