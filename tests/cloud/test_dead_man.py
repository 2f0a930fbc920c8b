"""The start script alone, nothing of ours alive: the instance ends itself, whatever is done to it."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from afs_engine.stages.cloud.double.http_server import serving
from afs_engine.stages.cloud.double.rest import LostAnswerError, RestDouble
from afs_engine.stages.cloud.double.world import RentedMachine, World
from afs_engine.stages.cloud.instance.start_script import FOLDER, LONGEST
from afs_engine.stages.cloud.vast.transport import Answer, Request
from tests.cloud.rented_shell import Container, instance_environment, script_for, start_container, wait_until

_SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <sys/time.h>
/* every look at the wall clock is an hour earlier than the last */
static long back = 0;
int clock_gettime(clockid_t id, struct timespec *t) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int r = real(id, t);
  if (id == CLOCK_REALTIME) t->tv_sec -= (back += 3600);
  return r;
}
time_t time(time_t *t) {
  struct timespec s;
  clock_gettime(CLOCK_REALTIME, &s);
  if (t) *t = s.tv_sec;
  return s.tv_sec;
}
"""


class FailingDouble(RestDouble):
    """Answers the first requests with failures of all kinds."""

    failures = 0

    def answer(self, request: Request, key: str) -> Answer:
        self.requests.append(request)
        if len(self.requests) <= self.failures:
            kind = len(self.requests) % 5
            if kind == 0:
                raise LostAnswerError
            return (
                Answer(500, b"oops"),
                Answer(429, b"API requests too frequent"),
                Answer(200, b'{"success": false, "error": "busy", "msg": ""}'),
                Answer(401, b"{}"),
            )[kind - 1]
        self.requests.pop()
        return super().answer(request, key)


@pytest.fixture
def double() -> FailingDouble:
    return FailingDouble(World(time.time))


@pytest.fixture
def server(double: FailingDouble) -> Iterator[str]:
    with serving(double) as url:
        yield url


@pytest.fixture
def machine(double: FailingDouble) -> RentedMachine:
    machine = double.world.add(next(iter(double.world.offers.values())), "label", 40.0)
    machine.status = "running"
    return machine


@pytest.fixture
def containers() -> Iterator[list[Container]]:
    started: list[Container] = []
    yield started
    for each in started:
        each.kill()


def _start(
    double: FailingDouble,
    machine: RentedMachine,
    script: str,
    folder: Path,
    containers: list[Container],
    **environment: str,
) -> Container:
    own = instance_environment(double, machine.instance_id)
    container = start_container(folder / "container", script, own | environment)
    containers.append(container)
    wait_until(lambda: bool(container.state))
    return container


def test_it_fits_what_the_provider_takes(server: str) -> None:
    assert len(script_for(server)) < LONGEST


def test_destroyed_at_the_end_of_the_lease(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    container = _start(double, machine, script_for(server, lease_seconds=0.4), tmp_path, containers)
    assert container.state["armed"] is True
    lease = container.home / FOLDER / "lease"

    def renew_for(seconds: float) -> bool:
        elapsed = float(str(container.state.get("elapsed", 0.0)))
        lease.write_text(str(elapsed))
        return elapsed > seconds

    wait_until(lambda: renew_for(1.0))  # longer than the lease: as long as it is renewed it lives on
    assert machine.destroyed_at is None
    wait_until(lambda: machine.destroyed_at is not None)
    pid = int(str(container.state["pid"]))
    wait_until(lambda: not psutil.pid_exists(pid))


def test_destroyed_at_the_deadline_whatever_the_lease(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    _start(double, machine, script_for(server, seconds=0.3), tmp_path, containers)
    wait_until(lambda: machine.destroyed_at is not None)


def test_goes_on_through_twenty_failing_answers(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    double.failures = 20
    _start(double, machine, script_for(server, lease_seconds=0.1), tmp_path, containers)
    wait_until(lambda: machine.destroyed_at is not None)
    assert len(double.requests) > 20


def test_a_polite_signal_does_not_stop_it(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    container = _start(double, machine, script_for(server, lease_seconds=0.5), tmp_path, containers)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        container.process().send_signal(number)
    wait_until(lambda: machine.destroyed_at is not None)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc to build the clock shim")
def test_a_clock_that_runs_backwards_does_not_delay_it(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    source, shim = tmp_path / "shim.c", tmp_path / "shim.so"
    source.write_text(_SHIM)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    script = script_for(server, seconds=0.6)
    _start(double, machine, script, tmp_path, containers, LD_PRELOAD=str(shim))
    wait_until(lambda: machine.destroyed_at is not None)


def test_success_that_is_a_lie_is_not_believed(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    lies = iter([True, True, True])
    real = double.world.dice.happens
    double.world.dice.happens = lambda share: next(lies, False) or real(share)  # type: ignore[method-assign]
    _start(double, machine, script_for(server, seconds=0.2), tmp_path, containers)
    wait_until(lambda: machine.destroyed_at is not None)


def test_without_the_instances_own_key_it_says_so(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    script = script_for(server)
    container = _start(double, machine, script, tmp_path, containers, CONTAINER_API_KEY="")
    assert container.state["armed"] is False


def test_a_restarted_container_does_not_get_its_time_anew(
    double: FailingDouble, machine: RentedMachine, server: str, tmp_path: Path, containers: list[Container]
) -> None:
    container = _start(double, machine, script_for(server, seconds=5.0), tmp_path, containers)
    wait_until(lambda: float(str(container.state["elapsed"])) > 0.3)
    container.kill()
    used = float(str(container.state["elapsed"]))
    again = _start(double, machine, script_for(server, seconds=5.0), tmp_path, containers)
    wait_until(lambda: again.state["pid"] != container.pid and float(str(again.state["elapsed"])) >= used)
