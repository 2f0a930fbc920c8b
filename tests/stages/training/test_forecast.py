"""The forecast: bands in order, more work needs more, and what was measured corrects it."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.errors import InputError
from afs_engine.stages.training.forecast.architecture import QWEN_2_5, Architecture, read_architecture
from afs_engine.stages.training.forecast.bands import Band, exactly
from afs_engine.stages.training.forecast.measured import (
    MeasuredTraining,
    find_correction,
    keep_measured,
    read_measured,
)
from afs_engine.stages.training.forecast.smaller import find_smaller
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast, TrainingMachine, forecast
from afs_engine.stages.training.forecast.workload import measure_workload, unknown_workload
from afs_engine.stages.training.settings import TrainSettings

GIB = 1 << 30
CPU = TrainingMachine(name="cpu", device="cpu", ram_bytes=24 * GIB, ram_free_bytes=20 * GIB)
GPU = TrainingMachine(
    name="gpu",
    device="cuda",
    ram_bytes=64 * GIB,
    ram_free_bytes=60 * GIB,
    vram_bytes=24 * GIB,
    vram_free_bytes=23 * GIB,
    price_usd_per_hour=0.4,
)
DOUBT = Band(low=0.8, expected=1.0, high=1.3)

shapes = st.builds(
    Architecture,
    hidden=st.sampled_from([256, 512, 2048]),
    intermediate=st.sampled_from([512, 4096]),
    layers=st.integers(1, 40),
    heads=st.just(8),
    kv_heads=st.sampled_from([1, 8]),
    vocabulary=st.sampled_from([1000, 32_000, 150_000]),
    head_size=st.just(64),
    tied=st.booleans(),
)
trainings = st.builds(
    TrainSettings,
    epochs=st.integers(1, 4),
    batch_size=st.integers(1, 16),
    gradient_accumulation_steps=st.integers(1, 8),
    max_length=st.sampled_from([64, 512, 4096]),
    lora_r=st.integers(1, 64),
    lora_dropout=st.sampled_from([0.0, 0.05]),
    gradient_checkpointing=st.booleans(),
    packing=st.booleans(),
    mask_rule=st.sampled_from(["drop", "truncate"]),
)
rows = st.lists(st.floats(10, 5000), min_size=1, max_size=60)
machines = st.sampled_from([CPU, GPU])


def made(
    shape: Architecture, wanted: TrainSettings, lengths: list[float], machine: TrainingMachine = CPU
) -> TrainingForecast:
    return forecast(shape, wanted, measure_workload(lengths, DOUBT, wanted), 0, machine)


@settings(max_examples=150, deadline=None)
@given(shapes, trainings, rows, machines)
def test_every_band_is_in_order_and_parts_make_the_peak(
    shape: Architecture, wanted: TrainSettings, lengths: list[float], machine: TrainingMachine
) -> None:
    found = made(shape, wanted, lengths, machine)
    memory = found.vram or found.ram
    work = found.workload
    bands = [*memory.parts.values(), memory.total, work.tokens, work.steps, work.longest_row, found.seconds]
    for band in bands:
        assert band is not None
        assert 0 <= band.low <= band.expected <= band.high
    assert math.isclose(memory.total.expected, sum(part.expected for part in memory.parts.values()))
    assert (found.vram is None) == (machine.device == "cpu")
    assert (found.dollars is None) == (machine.price_usd_per_hour is None)


@settings(max_examples=60, deadline=None)
@given(shapes, trainings, machines)
def test_a_larger_batch_longer_rows_and_no_checkpointing_need_more(
    shape: Architecture, wanted: TrainSettings, machine: TrainingMachine
) -> None:
    def peak(**changes: object) -> float:
        tried = wanted.model_copy(update=changes)
        return forecast(shape, tried, unknown_workload(tried), 0, machine).peak.expected

    assert peak() < peak(batch_size=wanted.batch_size * 2)
    assert peak() < peak(max_length=wanted.max_length * 2)
    if shape.layers > 1:  # of one layer there is nothing to be made again
        assert peak(gradient_checkpointing=True) < peak(gradient_checkpointing=False)
    assert peak(load_in_4bit=True) < peak(load_in_4bit=False)
    assert peak(lora_r=1) < peak(lora_r=64)


def test_steps_and_tokens_are_exact_where_lengths_are() -> None:
    wanted = TrainSettings(epochs=3, batch_size=4, gradient_accumulation_steps=2, max_length=100)
    work = measure_workload([50.0] * 15 + [200.0], exactly(1.0), wanted)
    assert work.steps == exactly(3 * 2)  # 15 rows that fit: 4 batches, 2 steps
    assert work.tokens == exactly(3 * 15 * 50)
    assert work.longest_row == exactly(50)
    packed = measure_workload([50.0] * 15, exactly(1.0), wanted.model_copy(update={"packing": True}))
    assert packed.longest_row == exactly(100)


@pytest.mark.parametrize(("size", "billions"), [("0.5", 0.49), ("1.5", 1.54), ("3", 3.09), ("7", 7.61)])
def test_known_bases_have_the_published_parameters(size: str, billions: float) -> None:
    assert QWEN_2_5[size].parameters / 1e9 == pytest.approx(billions, rel=0.01)


def test_the_shape_of_a_base(tmp_path: Path) -> None:
    four_bit = read_architecture("unsloth/Qwen2.5-Coder-7B-Instruct-bnb-4bit")
    assert four_bit.four_bit and four_bit.hidden == 3584
    with pytest.raises(InputError, match="not known before it is on this machine"):
        read_architecture("someone/some-model")
    (tmp_path / "config.json").write_text('{"hidden_size": 8}')
    with pytest.raises(InputError, match="can't tell the base model's shape"):
        read_architecture(str(tmp_path))


def test_the_adapter_counts_what_peft_counts(trained: object) -> None:
    job = trained.job  # type: ignore[attr-defined]
    shape = read_architecture(str(job.output_dir / "base"))
    counted = shape.adapter_parameters(job.settings.lora_r, job.settings.lora_targets)
    assert counted == trained.result.trainable_parameters  # type: ignore[attr-defined]


def test_a_training_measures_itself_and_that_corrects_the_next_forecast(trained: object) -> None:
    """The same work again: the expected peak is then the measured one, to a few percent."""
    job, result = trained.job, trained.result  # type: ignore[attr-defined]
    measured = result.measured
    assert measured is not None
    assert 0 < measured.work_bytes < 2 * GIB
    shape = read_architecture(str(job.output_dir / "base"))
    machine = CPU.model_copy(update={"name": measured.machine})
    wanted = job.settings.model_copy(update={"gradient_checkpointing": False})
    work = measure_workload([150.0] * 15, exactly(1.0), wanted)
    before = forecast(shape, wanted, work, 750, machine)
    after = forecast(shape, wanted, work, 750, machine, [measured])
    actual = measured.runtime_bytes + measured.work_bytes
    assert after.measurements == 1
    assert abs(after.peak.expected - actual) < abs(before.peak.expected - actual) + 0.02 * actual
    assert after.peak.high - after.peak.low < before.peak.high - before.peak.low
    assert abs(after.peak.expected / actual - 1) < 0.2


def measurement(**changes: object) -> MeasuredTraining:
    facts: dict[str, object] = {
        "machine": "m",
        "device": "cpu",
        "backend": "trl",
        "runtime_bytes": 500,
        "work_bytes": 2000,
        "expected_work_bytes": 1000.0,
        "expected_model_bytes": 0.0,
        "operations_per_second": 1e9,
        "operations_per_step": 1e9,
    }
    return MeasuredTraining.model_validate(facts | changes)


def test_the_measurement_nearest_in_size_on_this_machine_counts() -> None:
    known = [
        measurement(expected_work_bytes=1e9, work_bytes=3_000_000_000),
        measurement(),
        measurement(machine="another", work_bytes=9000),
        measurement(device="cuda", work_bytes=9000),
    ]
    found = find_correction(known, "m", "cpu", 1100.0, 1e9)
    assert (found.measurements, found.near, found.batch_ratio) == (2, True, 2.0)
    assert find_correction(known, "m", "cpu", 2e9, None).batch_ratio == 3.0
    assert not find_correction(known, "m", "cpu", 1e12, None).near
    assert find_correction(known, "nowhere", "cpu", 1.0, 1.0).measurements == 0


def test_what_a_small_training_took_does_not_change_a_large_ones_weights() -> None:
    """The batch of the one took three halves of what was expected, so the batch of the other will, too."""
    base, wanted = QWEN_2_5["7"], TrainSettings(base_model="x", batch_size=1)
    known = measurement(machine="cpu", expected_model_bytes=600.0, work_bytes=1200)
    before, after = (
        forecast(base, wanted, unknown_workload(wanted), 0, CPU, measured).ram for measured in ([], [known])
    )
    assert after.model == before.model
    assert after.activations.expected == pytest.approx(1.5 * before.activations.expected)
    assert after.runtime.expected == 500


def test_measurements_survive_foreign_lines_and_stay_few(tmp_path: Path) -> None:
    path = tmp_path / "state" / "measured.jsonl"
    keep_measured(path, measurement())
    path.write_bytes(b"not ours\n" + path.read_bytes())
    for number in range(205):
        keep_measured(path, measurement(work_bytes=number + 1))
    kept = read_measured(path)
    assert len(kept) == 200
    assert kept[-1].work_bytes == 205


def smaller(machine: TrainingMachine, wanted: TrainSettings, shape: Architecture) -> object:
    return find_smaller(
        shape,
        wanted,
        machine.device == "cuda",
        lambda tried_shape, tried: forecast(tried_shape, tried, unknown_workload(tried), 0, machine),
    )


def test_the_smallest_change_comes_first() -> None:
    def free(gib: float) -> TrainingMachine:
        return GPU.model_copy(update={"vram_bytes": int(gib * GIB), "vram_free_bytes": int(gib * GIB)})

    wanted = TrainSettings(base_model="x", batch_size=8, max_length=4096, gradient_checkpointing=True)
    base = QWEN_2_5["7"]
    needs = forecast(base, wanted, unknown_workload(wanted), 0, GPU).peak.expected / GIB
    (first, second, third, last) = [smaller(free(gib), wanted, base) for gib in (needs - 1, 13, 5.5, 1.5)]
    assert first is not None and first.settings == {"batch_size": 4, "gradient_accumulation_steps": 2}  # type: ignore[attr-defined]
    assert second is not None and second.settings.get("load_in_4bit") is True  # type: ignore[attr-defined]
    assert third is not None and "base_model" in third.settings  # type: ignore[attr-defined]
    assert last is None


def test_what_is_tight_is_told_from_what_can_not_fit() -> None:
    wanted = TrainSettings(batch_size=8, max_length=4096)
    fits = [
        forecast(
            QWEN_2_5["0.5"],
            wanted,
            unknown_workload(wanted),
            0,
            CPU.model_copy(update={"ram_bytes": there * GIB, "ram_free_bytes": free * GIB}),
        ).fits
        for there, free in ((2000, 1000), (2000, 10), (4, 3))
    ]
    assert fits == ["yes", "tight", "no"]
