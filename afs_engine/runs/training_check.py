"""A training on this machine: its forecast, the check before it begins, and what it taught afterwards.

Brings the pure forecast together with the machine, its measurements and the data files. Loads no
training package.
"""

from pathlib import Path

from afs_engine.errors import InputError
from afs_engine.events import LogLine
from afs_engine.stages.training.backend import Emit
from afs_engine.stages.training.base_check import is_4bit
from afs_engine.stages.training.forecast.architecture import Architecture, read_architecture
from afs_engine.stages.training.forecast.machine import read_machine
from afs_engine.stages.training.forecast.measured import keep_measured, measured_file, read_measured
from afs_engine.stages.training.forecast.row_lengths import read_row_tokens
from afs_engine.stages.training.forecast.smaller import find_smaller
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast, TrainingMachine, forecast
from afs_engine.stages.training.forecast.wording import bytes_band, seconds_band
from afs_engine.stages.training.forecast.workload import measure_workload, unknown_workload
from afs_engine.stages.training.results import TrainResult, read_train_result
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from afs_engine.worker.launch import run_job


def forecast_files(
    settings: TrainSettings,
    train_file: Path | None,
    val_file: Path | None,
    machine: TrainingMachine | None = None,
    measured_path: Path | None = None,
) -> TrainingForecast:
    """The forecast for these files; without a training file, of the memory alone.

    `machine` is another than this one, `measured_path` another file of measurements than the person's.
    Raises InputError when the base's shape or a file can't be read, and for 4-bit weights on a CPU.
    """
    machine = machine or read_machine()
    if machine.device == "cpu" and (settings.load_in_4bit or is_4bit(settings.base_model)):
        raise InputError(
            f"'{settings.base_model}' in 4 bits needs a CUDA GPU",
            hint="`training forecast --gpu-memory-gb 24` tells what it takes on one of that size",
        )
    settings = settings.on_device(machine.device == "cuda")
    measured = read_measured(measured_path or measured_file())
    rows = read_row_tokens(train_file, settings) if train_file else None
    checked = sum(read_row_tokens(val_file, settings)[0]) if val_file else 0.0

    def attempt(shape: Architecture, tried: TrainSettings) -> TrainingForecast:
        workload = measure_workload(*rows, tried) if rows else unknown_workload(tried)
        return forecast(shape, tried, workload, checked, machine, measured)

    shape = read_architecture(settings.base_model)
    found = attempt(shape, settings)
    if found.fits == "yes":
        return found
    smaller = find_smaller(shape, settings, machine.device == "cuda", attempt)
    return found.model_copy(update={"smaller": smaller})


def check_memory(job: TrainJob, emit: Emit) -> None:
    """Tells the forecast of a training that is about to begin here.

    Raises InputError when it can't fit, or a row can't be read; warns when it may not fit. A base of
    unknown shape passes.
    """
    try:
        read_architecture(job.settings.base_model)
    except InputError as error:
        emit(LogLine(text=f"no forecast: {error.what}"))
        return
    found = forecast_files(job.settings, job.train_file, job.val_file)
    time = f", {seconds_band(found.seconds)}" if found.seconds else ""
    told = f"forecast: peak {bytes_band(found.peak)}{time}"
    way_out = f"set {found.smaller.text}" if found.smaller else "use a larger machine"
    if found.fits == "no":
        raise InputError(f"the training does not fit into memory: {told}", hint=way_out)
    if found.fits == "tight":
        emit(LogLine(level="warning", text=f"{told}: more than is free now; to be safe, {way_out}"))
    else:
        emit(LogLine(text=told))


def train_here(job: TrainJob, emit: Emit) -> TrainResult:
    """Trains in a worker process of this machine, after the check; stores what the training measured.

    Raises what `check_memory` and `run_job` raise.
    """
    if read_train_result(job.output_dir) is None:
        check_memory(job, emit)
    result = run_job(job, emit)
    if result.measured is not None:
        keep_measured(measured_file(), result.measured)
    return result
