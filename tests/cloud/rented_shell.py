"""An instance's container, as far as the start script can tell: a folder, an environment, a process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.instance.start_script import FOLDER, StartSettings, make_start_script

PUBLIC_KEY = f"ssh-ed25519 {'A' * 68} afs"


@dataclass
class Container:
    """One run of a start script; `home` is the container's home folder."""

    home: Path
    pid: int

    @property
    def state(self) -> dict[str, object]:
        try:
            return dict(json.loads((self.home / FOLDER / "dead_man.json").read_text()))
        except (OSError, ValueError):
            return {}

    def process(self) -> psutil.Process:
        return psutil.Process(int(str(self.state["pid"])))

    def kill(self) -> None:
        """What destroying an instance does to its processes."""
        for process in psutil.process_iter(["cmdline"]):
            if any(str(self.home) in part for part in process.info["cmdline"] or []):
                process.kill()


def settings(server: str, **changed: float) -> StartSettings:
    times = {"seconds": 60.0, "deadline": time.time() + 600, "lease_seconds": 60.0}
    quick = {"tick_seconds": 0.02, "retry_seconds": 0.02}
    return StartSettings(server, PUBLIC_KEY, "ab" * 32, **(times | quick | changed))


def start_container(
    home: Path, script: str, environment: dict[str, str], *, session: bool = True
) -> Container:
    """Runs a start script as the provider does: a shell, with the instance's own key in the environment."""
    home.mkdir(parents=True, exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        ["/bin/sh", "-c", script],
        env={"HOME": str(home), "PATH": path, **environment},
        cwd=home,
        start_new_session=session,
    )
    process.wait(30)
    return Container(home, process.pid)


def instance_environment(double: RestDouble, instance_id: int) -> dict[str, str]:
    return {"CONTAINER_ID": str(instance_id), "CONTAINER_API_KEY": double.instance_key(instance_id)}


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Looks until something holds; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def script_for(server: str, **changed: float) -> str:
    return make_start_script(settings(server, **changed))
