"""R20, R21: how a worker answers SIGHUP, a first SIGTERM and a second, without any training package."""

import signal
import subprocess
import sys
import textwrap

import pytest

PRELUDE = """
import os, sys, time
from afs_engine.worker.stop_signals import StopSignals
signals = StopSignals(lambda: os._exit(143))
"""


def run_and_signal(body: str, *sent: signal.Signals) -> tuple[int, str]:
    """Exit code and output of a process that gets each signal after a line it prints."""
    code = PRELUDE + textwrap.dedent(body)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for each in sent:
            process.stdout.readline()
            process.send_signal(each)
        output = process.stdout.read()
    return process.returncode, output


WORKING = """
signals.should_stop()
print("working", flush=True)
while not signals.should_stop(): time.sleep(0.01)
print("saved", flush=True)
"""


def test_work_that_asks_ends_on_its_own() -> None:
    assert run_and_signal(WORKING + "os._exit(7)", signal.SIGTERM) == (7, "saved\n")
    assert run_and_signal(WORKING + "os._exit(7)", signal.SIGINT) == (7, "saved\n")


def test_a_second_signal_ends_it_at_once() -> None:
    code, output = run_and_signal(
        WORKING + "time.sleep(60); print('too late')", signal.SIGTERM, signal.SIGTERM
    )
    assert (code, output) == (143, "")


def test_work_that_never_asks_is_ended_at_once() -> None:
    assert run_and_signal("print('loading', flush=True); time.sleep(60)", signal.SIGTERM) == (143, "")


def test_a_long_native_step_does_not_hold_it_up() -> None:
    """The main thread is in native code that answers no signal; grace is cut short by a second one."""
    body = """
    import ctypes
    signals.should_stop()
    print("working", flush=True)
    while not signals.should_stop(): time.sleep(0.01)
    print("still", flush=True)
    ctypes.CDLL(None).sleep(60)
    """
    assert run_and_signal(body, signal.SIGTERM, signal.SIGTERM)[0] == 143


def test_a_closed_terminal_does_not_end_it() -> None:
    body = "print('working', flush=True)\ntime.sleep(0.2)\nprint('done')"
    assert run_and_signal(body, signal.SIGHUP) == (0, "done\n")


def test_grace_is_shorter_than_ten_seconds() -> None:
    from afs_engine.worker import stop_signals

    assert pytest.approx(9.0) == stop_signals._GRACE_SECONDS
