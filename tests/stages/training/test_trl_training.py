"""Training for real, small: it learns, repeats to the byte, and goes on exactly after a stop."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.digest import sha256_file
from afs_engine.errors import EmptyResultError, InputError, InterruptedRunError, WorkerError
from afs_engine.events import CheckpointSaved, LogLine, MetricPoint, Progress
from afs_engine.stages.training import batch_order
from afs_engine.stages.training.backend import choose_backend
from afs_engine.stages.training.batch_order import order_epoch
from afs_engine.stages.training.checkpoints import list_checkpoints
from afs_engine.stages.training.settings import TrainJob

MakeJob = Callable[..., TrainJob]


def train(job: TrainJob, stop_after: int | None = None) -> tuple[Any, list[Any]]:
    """Result and events; asks the training to stop after so many steps."""
    events: list[Any] = []

    def should_stop() -> bool:
        return any(isinstance(event, Progress) and event.done + 1 == stop_after for event in events) or (
            stop_after == 1
        )

    return choose_backend("trl").train(job, events.append, should_stop), events


def points(events: list[Any], name: str) -> dict[int, float]:
    return {e.step: e.value for e in events if isinstance(e, MetricPoint) and e.name == name}


def adapter_sha256(folder: Path) -> str:
    return sha256_file(folder / "adapter_model.safetensors")


def test_it_learns_and_tells_every_step(trained: Any) -> None:
    result, events = trained.result, trained.events
    assert result.steps == 8  # 15 rows, 2 a batch, 2 batches a step, twice
    assert result.train_loss_last < result.train_loss_first - 0.2
    assert result.val_loss_last < result.val_loss_first - 0.2
    for name in ("train_loss", "learning_rate", "grad_norm", "tokens_per_second"):
        assert list(points(events, name)) == list(range(1, 9))
    assert list(points(events, "val_loss")) == [0, 4, 8]
    assert [e.step for e in events if isinstance(e, CheckpointSaved)] == [3, 6, 8]
    assert [e.done for e in events if isinstance(e, Progress)] == list(range(1, 9))


def test_the_folder_is_whole_and_holds_no_path_of_this_machine(trained: Any) -> None:
    folder = trained.folder
    assert [path.name for path in list_checkpoints(folder / "checkpoints")] == [
        "checkpoint-8",
        "checkpoint-6",
    ]
    config = json.loads((folder / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "base"
    assert config["target_modules"] == sorted(config["target_modules"])
    for path in folder.glob("*.json"):
        assert str(folder.parent) not in path.read_text(), path
    assert not [p for p in folder.rglob("*") if p.suffix in {".pt", ".pth", ".bin", ".pkl"}]
    tokens = json.loads((folder / "tokens.json").read_text())
    assert [(entry["rows_read"], entry["rows_kept"]) for entry in tokens] == [(15, 15), (5, 5)]


def test_the_log_reads_like_a_log(trained: Any) -> None:
    lines = (trained.folder / "training.log").read_text().splitlines()
    assert any(
        line.startswith("step 5/8  loss ") and " lr " in line and " eta 0:00:" in line for line in lines
    )
    assert any(line.startswith("step 8/8  val loss ") for line in lines)
    assert "train.jsonl: 15 of 15 rows" in lines[1]


def test_peft_reads_the_adapter_as_any_tool_would(trained: Any) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = AutoModelForCausalLM.from_pretrained(trained.folder / "base")
    model = PeftModel.from_pretrained(base, trained.folder)
    tokenizer = AutoTokenizer.from_pretrained(trained.folder)
    ids = tokenizer.apply_chat_template(
        [{"role": "user", "content": "What?"}], add_generation_prompt=True, return_tensors="pt"
    )
    assert model(**ids).logits.shape[-1] == len(tokenizer)


@pytest.mark.parametrize("stop_after", [1, 4, 7])
def test_a_stopped_training_goes_on_to_the_same_bytes(
    trained: Any, tiny_job: MakeJob, tmp_path: Path, stop_after: int
) -> None:
    """Before the first regular checkpoint, on the epoch's border, and one step before the end."""
    job = tiny_job(tmp_path / "adapter")
    with pytest.raises(InterruptedRunError, match=f"stopped after step {stop_after}"):
        train(job, stop_after)
    assert not (job.output_dir / "adapter_model.safetensors").exists()
    result, events = train(job)
    assert result.resumed_from_step == stop_after
    assert adapter_sha256(job.output_dir) == trained.adapter_sha256
    assert points(events, "train_loss") == {
        step: loss for step, loss in points(trained.events, "train_loss").items() if step > stop_after
    }
    assert (result.val_loss_first, result.val_loss_last) == (
        trained.result.val_loss_first,
        trained.result.val_loss_last,
    )


def test_a_damaged_checkpoint_is_named_and_the_older_one_taken(
    trained: Any, tiny_job: MakeJob, tmp_path: Path
) -> None:
    job = tiny_job(tmp_path / "adapter", keep_checkpoints=1)
    with pytest.raises(InterruptedRunError):
        train(job, 4)
    kept = job.output_dir / "checkpoints" / "checkpoint-4"
    shutil.copytree(kept, kept.with_name("checkpoint-9"))
    (kept.with_name("checkpoint-9") / "optimizer.safetensors").write_bytes(b"")
    _, events = train(job)
    warnings = [e.text for e in events if isinstance(e, LogLine) and e.level == "warning"]
    assert any(text.startswith("skipped checkpoint-9: optimizer.safetensors has 0 of ") for text in warnings)
    assert adapter_sha256(job.output_dir) == trained.adapter_sha256


def test_a_finished_training_is_not_done_again(trained: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.folder.iterdir()}
    result, events = train(trained.job)
    assert result == trained.result
    assert [e.text for e in events] == [f"tiny is trained already: {trained.folder}"]
    assert {path: path.stat().st_mtime_ns for path in trained.folder.iterdir()} == before


def test_a_lost_adapter_is_written_again_from_the_last_checkpoint(trained: Any, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(trained.folder, folder)
    (folder / "adapter_model.safetensors").write_bytes(b"damaged")
    result, _ = train(trained.job.model_copy(update={"output_dir": folder}))
    assert result.resumed_from_step == 8
    assert adapter_sha256(folder) == trained.adapter_sha256


def test_another_training_does_not_go_into_the_same_folder(trained: Any, tiny_job: MakeJob) -> None:
    with pytest.raises(
        InputError, match=r"belongs to another training: learning_rate none -> 0\.1, lora_r 4 -> 8"
    ):
        train(tiny_job(trained.folder, learning_rate=0.1, lora_r=8))


def test_nan_loss_stops_and_keeps_the_last_good_checkpoint(tiny_job: MakeJob, tmp_path: Path) -> None:
    job = tiny_job(tmp_path / "adapter", learning_rate=1e30, save_steps=1, eval_steps=100, warmup_share=0.5)
    with pytest.raises(WorkerError, match=r"(loss|gradient|weights) became .*lower learning_rate") as caught:
        train(job)
    kept = list_checkpoints(job.output_dir / "checkpoints")
    assert kept
    assert f"{kept[0].name} is kept" in caught.value.hint
    assert not (job.output_dir / "adapter_model.safetensors").exists()
    from safetensors.torch import load_file

    weights = load_file(kept[0] / "adapter_model.safetensors")
    assert all(tensor.isfinite().all() for tensor in weights.values())


def test_rows_that_cannot_be_trained_are_dropped_by_name(
    samples: Callable[..., Path], tiny_job: MakeJob, tmp_path: Path
) -> None:
    job = tiny_job(tmp_path / "adapter", max_length=8)
    with pytest.raises(EmptyResultError, match="no room for the answer"):
        train(job)
    assert not (job.output_dir / "adapter_model.safetensors").exists()


def test_target_modules_and_no_validation(
    tiny_job: MakeJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[tuple[int, list[int]]] = []

    def record(lengths: Any, batch_size: int, seed: int, epoch: int, *_: Any) -> list[int]:
        orders.append((epoch, order_epoch(lengths, batch_size, seed, epoch)))
        return orders[-1][1]

    monkeypatch.setattr(batch_order, "order_epoch", record)
    job = tiny_job(tmp_path / "adapter", lora_targets=("q_proj", "v_proj"))
    result, events = train(job.model_copy(update={"val_file": None}))
    assert result.val_loss_last is None
    assert not points(events, "val_loss")
    assert [epoch for epoch, _ in orders] == [0, 1]  # the trainer tells the sampler its epoch
    assert orders[0][1] != orders[1][1]
    config = json.loads((job.output_dir / "adapter_config.json").read_text())
    assert config["target_modules"] == ["q_proj", "v_proj"]
    assert result.trainable_parameters == 2 * (4 * (256 + 256) + 4 * (256 + 128))


def test_a_base_folder_trains_like_the_nano_it_is(trained: Any, tiny_job: MakeJob, tmp_path: Path) -> None:
    """A local base, such as an earlier version's, by its path; the adapter names that path."""
    base = trained.folder / "base"
    job = tiny_job(tmp_path / "adapter", base_model=str(base), learning_rate=2e-3)
    result, _ = train(job)
    assert adapter_sha256(job.output_dir) == trained.adapter_sha256
    assert not (job.output_dir / "base").exists()
    assert result.base_model == str(base)
