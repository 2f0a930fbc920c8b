"""A polite kill, a closed terminal, a closed stdout: what a command leaves behind is whole or nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import environment, write_rows

# the program, held up where its temporary folder is already there
HELD = """
import time
from afs_engine.cli.main import main
from afs_engine.runs.files import load
def hold(*_):
    print("held", flush=True)
    time.sleep(60)
load._load = hold
main()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_ended_cleans_up(tmp_path: Path, number: signal.Signals) -> None:
    write_rows(tmp_path / "a.jsonl", [{"instruction": "a", "output": "b"}])
    (tmp_path / "o.jsonl").write_text("what stood there")
    command = "training convert --input a.jsonl --output o.jsonl --format alpaca"
    with subprocess.Popen(
        [sys.executable, "-c", HELD, *command.split()],
        cwd=tmp_path,
        env=environment(tmp_path),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert len(list(tmp_path.iterdir())) == 3
        process.send_signal(number)
        _, told = process.communicate(timeout=20)
    assert (process.returncode, told.strip()) == (130, "error: stopped")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "o.jsonl"]
    assert (tmp_path / "o.jsonl").read_text() == "what stood there"


def test_without_an_open_stdout_the_work_is_done_all_the_same(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"instruction": "a", "output": "b"}])
    command = f"{sys.executable} -c 'from afs_engine.cli.main import main; main()' training convert"
    shell = f"{command} --input a.jsonl --output o.jsonl --format alpaca <&- >&-"
    done = subprocess.run(
        ["sh", "-c", shell], cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "o.jsonl").read_text() == '{"instruction":"a","input":"","output":"b"}\n'
