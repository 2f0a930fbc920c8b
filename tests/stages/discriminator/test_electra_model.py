"""Scoring with a saved ELECTRA, on a tiny random model that the test builds itself."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import InputError, MissingPartError, UsageError
from afs_engine.stages.discriminator.card import FastPath
from afs_engine.stages.discriminator.electra import torch_engine
from afs_engine.stages.discriminator.electra.fast_path import measure_spearman
from afs_engine.stages.discriminator.electra.folder import find_real_label
from afs_engine.stages.discriminator.electra.lean import LeanElectra
from afs_engine.stages.discriminator.electra.model import ElectraModel
from afs_engine.stages.discriminator.electra.openvino_engine import export_to_openvino
from afs_engine.stages.discriminator.electra.torch_engine import read_model_files
from tests.stages.discriminator.tiny_electra import save_tiny_electra

TEXTS = ["LDA #$10", "", "STA $2100 : RTS\n" * 90, "prose of a few words", "a\ud800", "LDA #$10"]


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_electra(tmp_path_factory.mktemp("electra"))


def copy_of(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    return target


def edit_config(folder: Path, **changes: Any) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))


def test_scores_do_not_depend_on_batches_or_order(saved_model: Path) -> None:
    one_by_one = [ElectraModel(saved_model, batch_size=1).score([text])[0] for text in TEXTS]
    assert all(0 < score < 1 for score in one_by_one)
    assert len(set(one_by_one)) == len(set(TEXTS))
    together = ElectraModel(saved_model, batch_size=4)
    assert together.score(TEXTS) == pytest.approx(one_by_one, abs=1e-5)
    assert together.score(TEXTS[::-1]) == pytest.approx(one_by_one[::-1], abs=1e-5)
    assert together.score([]) == []


def test_equals_what_transformers_gives_for_the_label_real(saved_model: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    network = AutoModelForSequenceClassification.from_pretrained(saved_model).eval()
    tokens = AutoTokenizer.from_pretrained(saved_model)(TEXTS[2], truncation=True, max_length=512)
    with torch.inference_mode():
        expected = network(torch.tensor([tokens["input_ids"]])).logits.softmax(-1)[0]
    assert ElectraModel(saved_model).score([TEXTS[2]]) == pytest.approx([expected[0].item()], abs=1e-5)
    assert expected[0].item() != pytest.approx(expected[1].item(), abs=1e-3)


def test_runs_on_one_thread_and_gives_the_others_back(
    saved_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    before = torch.get_num_threads()
    used: list[int] = []
    plain = LeanElectra.forward

    def spy(self: LeanElectra, ids: Any, mask: Any) -> Any:
        used.append(torch.get_num_threads())
        return plain(self, ids, mask)

    monkeypatch.setattr(LeanElectra, "forward", spy)
    torch.set_num_threads(2)
    try:
        ElectraModel(saved_model).score(TEXTS)
        assert set(used) == {1}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_the_version_changes_with_the_weights(saved_model: Path, tmp_path: Path) -> None:
    same = copy_of(saved_model, tmp_path / "same")
    assert ElectraModel(same).version == ElectraModel(saved_model).version
    weights = same / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert ElectraModel(same).version != ElectraModel(saved_model).version


@pytest.mark.parametrize(
    ("names", "index"),
    [
        ({0: "fake", 1: "REAL"}, 1),
        ({0: "original", 1: "replaced"}, 0),
        ({0: "machine", 1: "human", 2: "unclear"}, 1),
        ({0: "LABEL_0", 1: "LABEL_1"}, 1),
    ],
)
def test_the_label_that_means_real(names: dict[int, str], index: int) -> None:
    assert find_real_label(names) == index


def test_a_missing_folder_is_a_missing_part(tmp_path: Path) -> None:
    with pytest.raises(MissingPartError, match="--no-electra"):
        ElectraModel(tmp_path / "models" / "electra")


def test_a_missing_package_names_the_command(saved_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_engine, "find_spec", lambda name: None if name == "transformers" else name)
    with pytest.raises(MissingPartError, match=r"pip install 'afs\[electra\]'"):
        ElectraModel(saved_model).score(["text"])


def break_pickle_only(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def break_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])


def break_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def break_head(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in tensors.items() if "classifier" not in name}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})


def break_labels(folder: Path) -> None:
    edit_config(folder, id2label={"0": "score"}, label2id={"score": 0})


def break_with_remote_code(folder: Path) -> None:
    (folder / "evil.py").write_text("raise SystemExit('code of the folder was run')")
    edit_config(
        folder,
        model_type="evil",
        auto_map={"AutoConfig": "evil.C", "AutoModelForSequenceClassification": "evil.M"},
    )


@pytest.mark.parametrize(
    "break_it",
    [break_pickle_only, break_weights, break_config, break_head, break_labels, break_with_remote_code],
)
def test_an_unusable_model_is_refused_in_one_line(saved_model: Path, tmp_path: Path, break_it: Any) -> None:
    folder = copy_of(saved_model, tmp_path / "broken")
    break_it(folder)
    with pytest.raises(InputError) as refused:
        ElectraModel(folder).score(["text"])
    assert str(folder) in str(refused.value)
    assert "\n" not in refused.value.what


def test_an_absent_device_is_refused(saved_model: Path) -> None:
    with pytest.raises(UsageError, match="--device cpu"):
        ElectraModel(saved_model, device="nonsense").score(["text"])


def test_openvino_ranks_as_torch_does(saved_model: Path, tmp_path: Path) -> None:
    pytest.importorskip("openvino", reason="openvino is not installed")
    folder = copy_of(saved_model, tmp_path / "model")
    export_to_openvino(LeanElectra(read_model_files(folder)[0]).eval(), folder)
    path = FastPath(engine="openvino", precision="f32", spearman=1.0, speed_ratio=2.0)
    quick, plain = ElectraModel(folder, fast=path), ElectraModel(folder)
    assert quick.score(TEXTS) == pytest.approx(plain.score(TEXTS), abs=1e-5)
    assert quick.version != plain.version
    (folder / "openvino" / "model.bin").write_bytes(b"")
    with pytest.raises(InputError, match="the exported model can't be loaded"):
        ElectraModel(folder, fast=path).score(["text"])


def test_ranks_are_compared_by_spearmans_formula() -> None:
    assert measure_spearman([0.1, 0.2, 0.3], [0.5, 0.6, 0.9]) == pytest.approx(1.0)
    assert measure_spearman([0.1, 0.2, 0.3], [0.9, 0.6, 0.5]) == pytest.approx(-1.0)
    assert measure_spearman([1.0, 2.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0]) == pytest.approx(0.9486833)
    assert measure_spearman([1.0, 1.0], [1.0, 2.0]) == 0.0
