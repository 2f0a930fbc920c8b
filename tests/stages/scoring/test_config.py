"""The settings: the guide's code works as written, and what makes no sense is refused."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from afs_engine.errors import UsageError
from afs_engine.stages.scoring.config import ScoringConfig, ScoringWeights
from afs_engine.stages.scoring.profiles import find_profile


def test_the_guides_configuration_is_the_default() -> None:
    config = ScoringConfig(
        weights=ScoringWeights(electra=0.4, asar=0.3, entity=0.2, length=0.1),
        min_output_length=50,
        ideal_output_length=500,
        max_output_length=5000,
    )
    assert config == ScoringConfig() == find_profile("generic") == find_profile("asm")


@pytest.mark.parametrize(
    "settings",
    [
        {"min_output_length": 0},
        {"min_output_length": 500},
        {"max_output_length": 400},
        {"weights": {"electra": -0.1}},
        {"weights": {"length": float("inf")}},
        {"weights": {"electra": 0, "asar": 0, "entity": 0, "length": 0}},
        {"weights": {"elektra": 1}},
        {"ideal_lenght": 3},
    ],
)
def test_nonsense_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ScoringConfig.model_validate(settings)


def test_dialogue_weighs_entity_and_length_only_and_wants_shorter_answers() -> None:
    dialogue = find_profile("dialogue")
    assert dialogue.weights.model_dump() == {"electra": 0.0, "asar": 0.0, "entity": 0.4, "length": 0.6}
    assert (dialogue.min_output_length, dialogue.ideal_output_length, dialogue.max_output_length) == (
        20,
        200,
        2000,
    )


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        find_profile("dialog")
    assert "'dialog'" in refused.value.what
    assert "dialogue" in refused.value.hint


def test_a_custom_profile_wins_and_is_offered_as_the_nearest() -> None:
    custom = {"lore": ScoringConfig(ideal_output_length=900), "asm": ScoringConfig(ideal_output_length=300)}
    assert find_profile("lore", custom).ideal_output_length == 900
    assert find_profile("asm", custom).ideal_output_length == 300
    with pytest.raises(UsageError, match="lore"):
        find_profile("lroe", custom)


def test_settings_import_nothing_heavy() -> None:
    code = (
        "import sys, afs_engine.stages.scoring.profiles;"
        "print([m for m in ('numpy', 'polars', 'torch', 'transformers') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
