"""A training folder is taken over only while nothing in it could be lost."""

from pathlib import Path

import pytest

from afs_engine.errors import InputError
from afs_engine.stages.training.claim import claim_folder
from afs_engine.stages.training.identity import TrainingIdentity, read_settings
from afs_engine.stages.training.settings import TrainSettings


def identity(seed: int) -> TrainingIdentity:
    settings = TrainSettings(seed=seed)
    return TrainingIdentity(settings=settings, train_sha256="a", val_sha256="", base_digest="", versions={})


def test_a_folder_without_a_checkpoint_goes_to_the_next_training(tmp_path: Path) -> None:
    claim_folder(tmp_path, identity(1))
    (tmp_path / "base").mkdir()
    claim_folder(tmp_path, identity(1))
    assert (tmp_path / "base").exists()
    claim_folder(tmp_path, identity(2))
    assert not (tmp_path / "base").exists()  # learnt from the other's data
    found = read_settings(tmp_path)
    assert found is not None and found.seed == 2


@pytest.mark.parametrize("made", ["checkpoints/checkpoint-3", "adapter_model.safetensors"])
def test_what_was_trained_is_not_given_away(tmp_path: Path, made: str) -> None:
    claim_folder(tmp_path, identity(1))
    (tmp_path / made).mkdir(parents=True)
    with pytest.raises(InputError, match="belongs to another training: seed 1 -> 2"):
        claim_folder(tmp_path, identity(2))
