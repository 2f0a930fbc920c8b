"""How all tests run: property tests draw the same examples everywhere, and the longest files begin first.

A long file that begins last leaves all cores but one with nothing to do.
"""

import pytest
from hypothesis import settings

settings.register_profile("afs", deadline=None, derandomize=True)
settings.load_profile("afs")

_LONGEST_FIRST = (
    "tests/tui/test_pty_journey.py",
    "tests/cli/test_guide_workflow.py",
    "tests/runs/test_recipe_run.py",
    "tests/runs/jobs/test_closed_terminal.py",
    "tests/cloud/test_fault_schedules.py",
    "tests/cli/test_compare.py",
    "tests/tui/test_snapshots.py",
    "tests/stages/training/test_kill.py",
    "tests/stages/training/test_trl_training.py",
    "tests/worker/test_worker_process.py",
    "tests/tui/test_pty_hostile.py",
    "tests/runs/test_forgetting.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        name = item.nodeid.partition("::")[0]
        return _LONGEST_FIRST.index(name) if name in _LONGEST_FIRST else len(_LONGEST_FIRST)

    items.sort(key=turn)
