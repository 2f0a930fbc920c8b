"""Evaluation gives the loss that training saw, per domain, and refuses what it can't trust."""

import json
import math
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import EmptyResultError, InputError
from afs_engine.stages.training.evaluate import Evaluator, find_subject
from afs_engine.stages.training.row_losses import read_row_losses
from afs_engine.stages.training.settings import EvaluateJob


def measure(model: Path | str, data: Path, out: Path, **options: Any) -> Any:
    job = EvaluateJob(model=str(model), data_file=data, output_dir=out, **options)
    return Evaluator(lambda event: None).evaluate(job)


def test_it_is_the_loss_that_training_saw(trained: Any, tmp_path: Path) -> None:
    metrics = measure(trained.folder, trained.job.val_file, tmp_path, base_loss=True)
    assert metrics.loss == trained.result.val_loss_last
    assert metrics.base_loss == trained.result.val_loss_first
    assert metrics.perplexity == math.exp(metrics.loss)
    assert json.loads((tmp_path / "eval_metrics.json").read_text())["loss"] == metrics.loss


def test_domains_add_up(trained: Any, tmp_path: Path) -> None:
    metrics = measure(trained.folder, trained.job.val_file, tmp_path)
    domains = metrics.per_domain
    assert list(domains) == ["memory", "oracle_asm"]
    assert sum(part.rows for part in domains.values()) == metrics.rows == 5
    assert sum(part.tokens for part in domains.values()) == metrics.tokens
    weighted = sum(part.loss * part.tokens for part in domains.values()) / metrics.tokens
    assert weighted == pytest.approx(metrics.loss, rel=1e-12)
    assert metrics.base_loss is None


def test_a_base_alone_is_the_untrained_loss(trained: Any, tmp_path: Path) -> None:
    metrics = measure(trained.folder / "base", trained.job.val_file, tmp_path, base_loss=True)
    assert metrics.loss == trained.result.val_loss_first
    assert metrics.base_loss is None  # it is the base


def test_rows_that_training_would_drop_are_skipped_and_counted(
    trained: Any, samples: Callable[..., Path], tmp_path: Path
) -> None:
    path = samples([{"instruction": "Q", "output": " "}, {"instruction": "Q", "output": "A"}])
    metrics = measure(trained.folder, path, tmp_path)
    assert (metrics.rows_read, metrics.rows, metrics.skipped) == (2, 1, {"empty answer": 1})
    with pytest.raises(EmptyResultError):
        measure(trained.folder, samples([{"instruction": "Q", "output": ""}]), tmp_path)


def test_row_losses_add_up_to_the_metrics(trained: Any, samples: Callable[..., Path], tmp_path: Path) -> None:
    rows = [{"instruction": "Q", "output": text} for text in ("Yes.", " ", "Ré\u00e9sum\u00e9 $2100")]
    metrics = measure(trained.folder, samples(rows), tmp_path)
    records = read_row_losses(tmp_path)
    assert [record.line for record in records] == [1, 3]  # the second has nothing to learn
    assert [record.answer_bytes for record in records] == [len(rows[n]["output"].encode()) for n in (0, 2)]
    assert math.fsum(r.loss_sum for r in records) / sum(r.tokens for r in records) == metrics.loss


def test_the_adapter_can_be_moved(trained: Any, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(trained.folder, moved)
    assert measure(moved, trained.job.val_file, tmp_path).loss == trained.result.val_loss_last


class Canary:
    """What a hostile pickle would run."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._path,))


def test_a_pickle_is_never_opened(trained: Any, tmp_path: Path) -> None:
    """S06: an adapter or a base that comes as a pickle is refused unread."""
    canary = tmp_path / "executed"
    evil = pickle.dumps(Canary(canary))
    adapter = tmp_path / "adapter"
    shutil.copytree(trained.folder, adapter)
    (adapter / "adapter_model.safetensors").rename(adapter / "old")
    for name in ("adapter_model.bin", "optimizer.pt", "rng_state.pth"):
        (adapter / name).write_bytes(evil)
    with pytest.raises(InputError, match=r"no adapter_model\.safetensors"):
        measure(adapter, trained.job.val_file, tmp_path)
    base = tmp_path / "base"
    shutil.copytree(trained.folder / "base", base)
    (base / "model.safetensors").unlink()
    (base / "pytorch_model.bin").write_bytes(evil)
    with pytest.raises(InputError, match=r"model\.safetensors is missing"):
        measure(base, trained.job.val_file, tmp_path)
    assert not canary.exists()


def test_code_that_a_model_brings_is_never_run(trained: Any, tmp_path: Path) -> None:
    """S06: `auto_map` in config.json names Python code beside the model."""
    base = tmp_path / "base"
    shutil.copytree(trained.folder / "base", base)
    canary = tmp_path / "executed"
    (base / "evil.py").write_text(f"open({str(canary)!r}, 'w')\nclass Evil: pass\n")
    config = json.loads((base / "config.json").read_text())
    config |= {
        "model_type": "evil",
        "auto_map": {"AutoModelForCausalLM": "evil.Evil", "AutoConfig": "evil.Evil"},
    }
    (base / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="can't load the base model"):
        measure(base, trained.job.val_file, tmp_path)
    assert not canary.exists()


@pytest.mark.parametrize(
    "change", [{"peft_type": "IA3"}, {"megatron_config": {"x": 1}}, {"base_model_name_or_path": 3}]
)
def test_a_config_that_is_no_plain_lora_is_refused(
    trained: Any, tmp_path: Path, change: dict[str, Any]
) -> None:
    adapter = tmp_path / "adapter"
    shutil.copytree(trained.folder, adapter)
    config = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(config | change))
    with pytest.raises(InputError, match="not a plain LoRA adapter"):
        measure(adapter, trained.job.val_file, tmp_path)


def test_an_adapter_of_another_shape_is_refused(trained: Any, tmp_path: Path) -> None:
    adapter = tmp_path / "adapter"
    shutil.copytree(trained.folder, adapter)
    config = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(config | {"r": 8}))
    with pytest.raises(InputError, match="does not fit its base"):
        measure(adapter, trained.job.val_file, tmp_path)


def test_nano_by_name_cannot_be_evaluated(tmp_path: Path, samples: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="nano is built anew"):
        measure("nano", samples(1), tmp_path)


def test_a_training_that_is_not_finished_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "training.json").write_text("{}")
    with pytest.raises(
        InputError, match=r"not finished, there is no adapter yet \(training\.log has its loss"
    ):
        find_subject(str(tmp_path))
