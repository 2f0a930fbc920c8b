"""Peak memory of real trainings on this CPU against their forecasts.

    python -m tests.bench.bench_forecast

Seven shapes of base model and batch, two steps each, in a worker each. The forecast is made before each
training twice: as on a machine that has never trained ("first"), and corrected by the trainings before
it in the list ("later"). Prints each beside the measured peak, and the totals that issue 4 asks for.
"""

import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from afs_engine.runs.training_check import forecast_files
from afs_engine.stages.training.forecast import measured as measurements
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from afs_engine.worker.launch import run_job


class Shape(NamedTuple):
    name: str
    model: dict[str, int]
    settings: dict[str, Any]


def _model(hidden: int, intermediate: int, layers: int, vocabulary: int) -> dict[str, int]:
    return {
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_hidden_layers": layers,
        "vocab_size": vocabulary,
        "num_attention_heads": hidden // 64,
        "num_key_value_heads": max(1, hidden // 256),
    }


SHAPES = [
    Shape("wide batch", _model(256, 1024, 4, 8_000), {"batch_size": 8, "max_length": 512}),
    Shape("16 M, long rows", _model(384, 1024, 6, 16_000), {"batch_size": 2, "max_length": 1024}),
    Shape("45 M", _model(512, 1536, 8, 32_000), {"batch_size": 2, "max_length": 512}),
    Shape("45 M, no dropout", _model(512, 1536, 8, 32_000), {"batch_size": 4, "lora_dropout": 0.0}),
    Shape(
        "45 M, checkpointing", _model(512, 1536, 8, 32_000), {"batch_size": 4, "gradient_checkpointing": True}
    ),
    Shape("95 M", _model(768, 2048, 10, 32_000), {"batch_size": 2, "max_length": 384}),
    Shape("190 M, one row", _model(1024, 2816, 12, 32_000), {"batch_size": 1, "max_length": 256}),
]


def write_base(folder: Path, shape: Shape, texts: list[str]) -> Path:
    """A random model of the shape, with a small tokenizer learnt on the texts."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    from afs_engine.stages.training.chat_rows import ChatRow
    from afs_engine.stages.training.nano import _build_tokenizer

    tokenizer = _build_tokenizer([ChatRow(1, text, text, "d") for text in texts])
    config = Qwen2Config(
        **shape.model, eos_token_id=2, pad_token_id=0, bos_token_id=None, tie_word_embeddings=True
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_rows(path: Path, settings: TrainSettings, text: str) -> Path:
    """Two batches of rows that nearly fill `max_length`."""
    row = text[: int(settings.max_length * 2.2) - 64]  # the question and the chat's frame take tokens, too
    rows = [{"instruction": f"Question {n}?", "output": row} for n in range(2 * settings.batch_size)]
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return path


def main() -> None:
    text = Path(json.__file__).read_text()
    kept: list[Any] = []
    forecasts: dict[str, list[tuple[TrainingForecast, int]]] = {"first": [], "later": []}
    with tempfile.TemporaryDirectory() as scratch:
        for number, shape in enumerate(SHAPES):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            base = write_base(folder / "base", shape, [text])
            settings = TrainSettings.model_validate({"base_model": str(base), "epochs": 1} | shape.settings)
            rows = write_rows(folder / "train.jsonl", settings, text)
            before = {
                "first": _forecast(folder, settings, rows, []),
                "later": _forecast(folder, settings, rows, kept),
            }
            job = TrainJob(name="x", settings=settings, train_file=rows, output_dir=folder / "out")
            result = run_job(job, lambda _event: None)
            assert result.measured
            kept.append(result.measured)
            for kind, found in before.items():
                forecasts[kind].append((found, result.peak_rss_bytes))
            _show(shape, result, before)
    for kind, pairs in forecasts.items():
        inside = sum(peak in found.peak for found, peak in pairs)
        close = sum(abs(found.peak.expected / peak - 1) <= 0.2 for found, peak in pairs)
        print(f"{kind}: {inside} of {len(pairs)} within low-high, {close} with expected within 20 %")


def _forecast(folder: Path, settings: TrainSettings, rows: Path, kept: list[Any]) -> TrainingForecast:
    path = folder / "measured.jsonl"
    for each in kept:
        measurements.keep_measured(path, each)
    return forecast_files(settings, rows, None, measured_path=path)


def _show(shape: Shape, result: Any, before: dict[str, TrainingForecast]) -> None:
    measured = result.measured
    parts = [f"{shape.name:<22} measured {result.peak_rss_bytes / 2**20:7,.0f} MiB"]
    parts.append(f"(runtime {measured.runtime_bytes / 2**20:,.0f}, work {measured.work_bytes / 2**20:,.0f}")
    parts.append(f"expected {measured.expected_work_bytes / 2**20:,.0f})")
    for kind, found in before.items():
        low, expected, high = (
            value / 2**20 for value in (found.peak.low, found.peak.expected, found.peak.high)
        )
        parts.append(f"{kind} {expected:,.0f} ({low:,.0f}-{high:,.0f})")
    print("  ".join(parts), flush=True)


if __name__ == "__main__":
    main()
