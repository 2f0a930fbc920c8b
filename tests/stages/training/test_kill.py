"""R02: SIGKILL at any file-system call of a training, then resumed: the same adapter, bit for bit."""

import json
import os
import subprocess
import sys
from pathlib import Path

KILLS = int(os.environ.get("AFS_TEST_KILLS", "3"))
_HERE = Path(__file__).parent


def test_killed_and_resumed_is_as_undisturbed(tmp_path: Path) -> None:
    """AFS_TEST_KILLS=200 is the soak of the same."""
    paths = os.pathsep.join([str(_HERE.parents[2]), str(_HERE)])
    environment = {
        **os.environ,
        "PYTHONPATH": paths,
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, str(_HERE / "kill_run.py"), str(tmp_path), str(KILLS), "7"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["calls"] > 60  # a checkpoint alone makes a dozen
    assert len(report["ends"]) == KILLS
    assert [end["sha256"] for end in report["ends"]] == [report["sha256"]] * KILLS
    assert [end for end in report["ends"] if end["leftovers"]] == []
