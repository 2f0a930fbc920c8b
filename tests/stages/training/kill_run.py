"""Run by test_kill.py: trains in forked children that kill themselves at a chosen system call.

Usage: kill_run.py FOLDER KILLS SEED. Prints one JSON object: the undisturbed adapter's sha256, how
many file-system calls a training makes, and for each kill its call and the sha256 after resuming.
Torch is imported once; a fork costs nothing, and one thread has no other threads to lose.
"""

import json
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

from conftest import TINY, sample_row, write_samples

from afs_engine.data.digest import sha256_file
from afs_engine.stages.training import evaluate, trl_backend  # noqa: F401 - imported before the forks
from afs_engine.stages.training.backend import choose_backend
from afs_engine.stages.training.settings import TrainJob

_CALLS = {
    "open",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.remove",
    "os.listdir",
    "os.scandir",
    "shutil.rmtree",
}


class CallCounter:
    """Counts this process's file-system calls under a folder; kills it at the one given."""

    def __init__(self, folder: Path, kill_at: int | None) -> None:
        self.count = 0
        self._folder = str(folder)
        self._kill_at = kill_at
        sys.addaudithook(self._seen)

    def _seen(self, name: str, args: tuple[Any, ...]) -> None:
        if name in _CALLS and args and str(args[0]).startswith(self._folder):
            self.count += 1
            if self.count == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def train_in_child(job: TrainJob, kill_at: int | None) -> tuple[int, int]:
    """Exit status of the child, and how many calls it made if it lived."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        counter = CallCounter(job.output_dir, kill_at)
        choose_backend("trl").train(job, lambda event: None, lambda: False)
        os.write(writing, str(counter.count).encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return status, int(pipe.read() or 0)


def main(folder: Path, kills: int, seed: int) -> None:
    import torch

    torch.set_num_threads(1)
    import_everything()
    train_file = write_samples(folder / "train.jsonl", [sample_row(number) for number in range(15)])
    val_file = write_samples(folder / "val.jsonl", [sample_row(number) for number in range(50, 55)])

    def job(name: str) -> TrainJob:
        return TrainJob(
            name="tiny", settings=TINY, train_file=train_file, val_file=val_file, output_dir=folder / name
        )

    status, calls = train_in_child(job("undisturbed"), None)
    assert status == 0
    ends = []
    for number, kill_at in enumerate(sorted(random.Random(seed).sample(range(1, calls + 1), kills))):
        killed, _ = train_in_child(job(str(number)), kill_at)
        resumed, _ = train_in_child(job(str(number)), None)
        assert os.WIFSIGNALED(killed)
        assert resumed == 0
        leftovers = [path.name for path in (folder / str(number)).rglob(".afs-tmp-*")]
        ends.append({"call": kill_at, "sha256": adapter(folder / str(number)), "leftovers": leftovers})
    print(json.dumps({"calls": calls, "sha256": adapter(folder / "undisturbed"), "ends": ends}))


def adapter(folder: Path) -> str:
    return sha256_file(folder / "adapter_model.safetensors")


def import_everything() -> None:
    from afs_engine.stages.training import exact_trainer, progress, trainer_options  # noqa: F401


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
