"""R22 for real: the kernel kills a training that needs more memory than its control group has."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from afs_engine.errors import WorkerError
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from afs_engine.worker.launch import run_job
from tests.program import write_rows

LIMIT_BYTES = 700 << 20  # enough to load torch, not for the activations of the rows below
GROUPS = {"sys/fs/cgroup/memory": "memory.limit_in_bytes", "sys/fs/cgroup": "memory.max"}


@pytest.fixture
def small_group() -> Iterator[Path]:
    """A control group of little memory, of either version; skipped where none may be made."""
    for parent, limit in GROUPS.items():
        group = Path("/") / parent / f"afs-test-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text(str(LIMIT_BYTES))
        except OSError:
            with suppress(OSError):
                group.rmdir()
            continue
        yield group
        group.rmdir()
        return
    pytest.skip("no control group with a memory limit can be made here")


def test_a_training_that_the_kernel_kills_says_so_and_what_to_try(small_group: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho $$ > {small_group}/cgroup.procs\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    words = " ".join(f"word{number}" for number in range(700))
    rows = [{"instruction": f"Count {number}.", "output": words} for number in range(32)]
    settings = TrainSettings(batch_size=16, max_length=4096, environment=str(python))
    job = TrainJob(
        output_dir=tmp_path / "out",
        name="large",
        settings=settings,
        train_file=write_rows(tmp_path / "rows.jsonl", rows),
    )
    with pytest.raises(WorkerError) as caught:
        run_job(job, lambda _event: None)
    assert "ended by SIGKILL: the kernel ran out of memory" in str(caught.value)
    assert "batch_size = 8 (now 16), gradient_accumulation_steps = 2" in caught.value.hint
