"""Side by side: only settings that differ, every measure, and whether losses may be compared at all."""

from afs_engine.stages.registry.comparing import compare_side_by_side
from afs_engine.stages.registry.experiment import Experiment


def experiment(version: int, loss: float | None, **settings: object) -> Experiment:
    metrics = {"val": None, "test": {"loss": loss, "per_domain": {"asm": {"loss": 2.0}}} if loss else None}
    return Experiment(
        name="majora",
        version=version,
        base_model="nano",
        metrics=metrics,
        hyperparameters={"epochs": 2, "lora_targets": ("q", "v"), **settings},
        split_digests={"test": "abc"},
    )


def test_what_differs_and_what_was_measured() -> None:
    made = compare_side_by_side([experiment(1, 1.5, lora_r=8), experiment(2, 1.25, lora_r=16, epochs=2)])
    assert made.experiments == ["majora@1", "majora@2"]
    assert {row.name: row.values for row in made.metrics} == {
        "test.loss": [1.5, 1.25],
        "test.per_domain.asm.loss": [2.0, 2.0],
    }
    assert {row.name: row.values for row in made.differences} == {"lora_r": [8, 16]}
    assert made.same_test_set is True


def test_of_the_earlier_run_only_the_outcome_is_shown() -> None:
    earlier = {"run": "v1", "forgotten": 0.5, "learned": None, "earlier_test": {"overall": {"rows": 8}}}
    first = experiment(1, 1.0)
    made = compare_side_by_side([first, first.model_copy(update={"metrics": {"earlier": earlier}})])
    shown = {row.name: row.values for row in made.metrics if row.name.startswith("earlier")}
    assert shown == {"earlier.run": [None, "v1"], "earlier.forgotten": [None, 0.5]}


def test_what_one_lacks_is_not_zero() -> None:
    made = compare_side_by_side([experiment(1, None), experiment(2, 1.25, lora_targets=("q",))])
    assert {row.name: row.values for row in made.metrics}["test.loss"] == [None, 1.25]
    assert {row.name: row.values for row in made.differences} == {"lora_targets": ["q, v", "q"]}


def test_test_sets_that_differ_are_told() -> None:
    one, two = experiment(1, 1.0), experiment(2, 1.0)
    other = two.model_copy(update={"split_digests": {"test": "def"}})
    assert compare_side_by_side([one, other]).same_test_set is False
    unknown = two.model_copy(update={"split_digests": {}})
    assert compare_side_by_side([one, unknown]).same_test_set is None
