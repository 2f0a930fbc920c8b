"""R22: what is said of a process that ended without a word, and of the kernel's counters."""

from pathlib import Path

import pytest

from afs_engine.stages.training.settings import TrainSettings
from afs_engine.worker.death import advise_less_memory, may_lack_memory, name_death
from afs_engine.worker.oom_kills import count_oom_kills, has_risen


@pytest.mark.parametrize(
    ("code", "ran_out", "said", "less_memory"),
    [
        (-9, True, "was ended by SIGKILL: the kernel ran out of memory", True),
        (None, True, "was ended by SIGKILL: the kernel ran out of memory", True),
        (-9, None, "was ended by SIGKILL", True),
        (-6, False, "was ended by SIGABRT", True),
        (-11, False, "was ended by SIGSEGV", False),
        (-15, None, "was ended by SIGTERM", False),
        (3, False, "ended without a result", False),
        (None, None, "ended without a result", False),
    ],
)
def test_a_death_in_words(code: int | None, ran_out: bool | None, said: str, less_memory: bool) -> None:
    assert name_death(code, ran_out) == said
    assert may_lack_memory(code, ran_out) is less_memory


def test_the_advice_keeps_the_rows_of_a_step() -> None:
    for size in range(2, 40):
        for batches in (1, 2, 4):
            advice = advise_less_memory(
                TrainSettings(batch_size=size, gradient_accumulation_steps=batches)
            ).split()
            half, more = int(advice[6]), int(advice[-1])
            assert half < size
            assert size * batches <= half * more < size * batches + half
    assert "max_length = 512 (now 1024)" in advise_less_memory(TrainSettings(batch_size=1))
    assert "smaller base_model" in advise_less_memory(TrainSettings(batch_size=1, max_length=200))


def test_counters_of_either_kind_are_read(tmp_path: Path) -> None:
    assert count_oom_kills(tmp_path) is None
    for name, text in (
        ("sys/fs/cgroup/memory.events", "low 0\noom 5\noom_kill 2\noom_group_kill 0\n"),
        ("proc/vmstat", "nr_free_pages 1\noom_kill 7\n"),
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    assert count_oom_kills(tmp_path) == 9
    (tmp_path / "proc/vmstat").write_text("oom_kill many\n")
    assert count_oom_kills(tmp_path) == 2
    assert (has_risen(2, 3), has_risen(2, 2), has_risen(None, 2)) == (True, False, None)
