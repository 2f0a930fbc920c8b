"""`training compare` on a real adapter and its base, and what it refuses before any work."""

import json
from pathlib import Path

import pytest

from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.training.backend import choose_backend
from afs_engine.stages.training.settings import TrainJob
from tests.program import Answer, call, call_well
from tests.stages.training.conftest import TINY, sample_row, write_samples


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a trained, registered adapter and a test file."""
    root = tmp_path_factory.mktemp("w")
    train = write_samples(root / "train.jsonl", [sample_row(number) for number in range(15)])
    rows = [sample_row(number) for number in range(40, 52)]
    rows[3]["output"] = " "  # nothing to measure here
    write_samples(root / "test.jsonl", rows)
    job = TrainJob(name="t", settings=TINY, train_file=train, output_dir=root / "adapter")
    choose_backend("trl").train(job, lambda event: None, lambda: False)
    registry = Registry(root / ".afs" / "registry.sqlite")
    registry.add(Experiment(name="majora", base_model="nano", adapter="adapter"))
    registry.add(Experiment(name="empty", base_model="nano"))
    return root


def test_a_trained_adapter_against_its_base(workspace: Path) -> None:
    answer = call_well(
        *("training", "compare", "--models", "adapter/base", "majora@1", "--data", "test.jsonl"),
        *("--report", "out/report.html", "--answers", 2, "--json"),
        cwd=workspace,
    )
    made = answer.json
    assert [model["model"] for model in made["models"]] == ["adapter/base", "majora@1"]
    assert [model["skipped"] for model in made["models"]] == [{"empty answer": 1}] * 2
    (contrast,) = made["contrasts"]
    assert (contrast["unit"], contrast["unpaired"]) == ("token", 0)  # one tokenizer
    overall = contrast["overall"]
    assert overall["before"] == pytest.approx(made["models"][0]["loss"])
    assert overall["after"] == pytest.approx(made["models"][1]["loss"])
    assert overall["low"] < overall["difference"] < overall["high"] < 0  # training helped, surely
    assert list(contrast["per_domain"]) == ["memory", "oracle_asm"]
    assert sum(each["rows"] for each in contrast["per_domain"].values()) == overall["rows"] == 11
    assert "better" in (workspace / "out" / "report.html").read_text()


def test_a_suite_is_answered_and_laid_side_by_side(workspace: Path) -> None:
    rows = [sample_row(number) for number in range(3)]
    suite = [
        {"question": row["instruction"], "expected": row["output"], "features": ["registers"]} for row in rows
    ]
    (workspace / "suite.jsonl").write_text("".join(json.dumps(each) + "\n" for each in suite))
    asked = ("--suite", "suite.jsonl", "--report", "suite.md", "--json")
    made = call_well("training", "compare", "--models", "adapter/base", "adapter", *asked, cwd=workspace).json
    for model in made["models"]:
        assert model["answers"]["rows"] == model["rows"] == 3
        assert list(model["answers"]["per_feature"]) == ["registers"]
        assert 0 <= model["answers"]["chrf"] <= 100
    assert [each["question"] for each in made["questions"]] == [each["question"] for each in suite]
    assert [len(each["answers"]) for each in made["questions"]] == [2, 2, 2]
    report = (workspace / "suite.md").read_text()
    assert suite[0]["question"] in report
    assert "| question | expected | adapter/base | adapter |" in report
    asked = ("--suite", "suite.jsonl", "--output", "metrics.json")
    told = call_well("training", "evaluate", "--model", "adapter", *asked, cwd=workspace).out
    assert "[registers]" in told
    again = json.loads((workspace / "metrics.json").read_text())
    assert again["answers"] == made["models"][1]["answers"]  # the same answers each time


def refused(answer: Answer, code: int, *words: str) -> None:
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.count("\n") == 1
    for word in words:
        assert word in answer.err


def test_what_can_not_be_compared(workspace: Path) -> None:
    def compare(*arguments: object) -> Answer:
        return call("training", "compare", *arguments, cwd=workspace)

    refused(compare("--models", "adapter", "--data", "test.jsonl"), 2, "at least two models")
    refused(compare("--models", "adapter", "adapter", "--data", "none.jsonl"), 1, "not there", "--data")
    both = ("--models", "adapter", "majora", "--data", "test.jsonl")
    refused(compare(*both, "--report", "out.pdf"), 2, "no report of kind '.pdf'")
    refused(compare("--models", "adapter", "empty@1", "--data", "test.jsonl"), 1, "without an adapter")
    refused(compare("--models", "adapter", "--data"), 2, "--data")
    refused(compare("--models", "adapter", "adapter"), 2, "either --data or --suite")
    refused(compare(*both, "--suite", "test.jsonl"), 2, "either --data or --suite")
    refused(compare(*both[:3], "--suite", "test.jsonl"), 1, "test.jsonl:1: not a question")
    assert not (workspace / "out.pdf").exists()
