"""Python environments of their own for backends whose packages can't live with ours.

Owns where they lie (`$XDG_DATA_HOME/afs/environments/NAME`) and how one is made. It must not know what
a backend does.
"""

import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import InputError, MissingPartError, UsageError, WorkerError, nearest_hint
from afs_engine.stages.training.backend import PACKAGES

_READY = "afs-ready"  # written last: an environment without it was interrupted
_CHECK = """
import sys
from importlib.util import find_spec
missing = [name for name in sys.argv[1:] if find_spec(name) is None]
sys.exit(f"{', '.join(missing)} did not come with it" if missing else 0)
"""
_EXTRAS = {"trl": "train", "unsloth": "unsloth", "mlx": "mlx"}


def environment_folder(name: str) -> Path:
    """Where the environment `name` lies, or would."""
    chosen = os.environ.get("XDG_DATA_HOME")
    data = Path(chosen) if chosen and Path(chosen).is_absolute() else Path.home() / ".local" / "share"
    return data / "afs" / "environments" / name


def find_interpreter(environment: str) -> str:
    """The Python of an environment: one we made, by name, or any, by the path of its interpreter.

    Raises InputError when it is not there.
    """
    if os.sep in environment:
        path = Path(environment).expanduser()
        if not path.is_file():
            raise InputError("no such Python interpreter", where=path, hint="correct `environment`")
        return str(path)
    folder = environment_folder(environment)
    if not (folder / _READY).is_file():
        raise InputError(
            f"there is no environment '{environment}'",
            hint=f"`afs-engine doctor --make-environment {environment}` makes it",
        )
    return str(folder / "bin" / "python")


def make_environment(name: str) -> Path:
    """Makes the environment for a backend and installs its packages; one that is whole is left as it is.

    Returns its folder. Raises UsageError on an unknown name, WorkerError when it can't be made or lacks a
    package in the end, MissingPartError where our own package does not say what to install.
    """
    if name not in PACKAGES:
        raise UsageError(f"unknown backend '{name}'", hint=nearest_hint(name, list(PACKAGES)))
    folder = environment_folder(name)
    if (folder / _READY).is_file():
        return folder
    wanted = _requirements(_EXTRAS[name])
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", str(folder)], folder)
    python = str(folder / "bin" / "python")
    _run([python, "-m", "pip", "install", "--quiet", *wanted], folder)
    _run([python, "-c", _CHECK, *PACKAGES[name]], folder)
    write_atomic(folder / _READY, b"")
    return folder


def _requirements(extra: str) -> list[str]:
    """What our own package asks for, with the extra's, as its metadata says."""
    try:
        wanted = requires("afs") or []
    except PackageNotFoundError as error:
        raise MissingPartError("AFS is not installed as a package", hint="pip install -e .") from error
    if not any(f"extra == '{extra}'" in line.replace('"', "'") for line in wanted):
        raise MissingPartError(
            f"the installed AFS is older than its extra '{extra}'", hint="install it again: pip install -e ."
        )
    found = []
    for line in wanted:
        requirement, _, marker = line.partition(";")
        if "extra" not in marker:
            found.append(line)
        elif f"extra == '{extra}'" in marker.replace('"', "'"):
            rest = " and ".join(part for part in marker.split(" and ") if "extra" not in part)
            found.append(f"{requirement.strip()};{rest}" if rest.strip() else requirement.strip())
    return found


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        last = said[-1] if said else "no reason given"
        raise WorkerError(f"the environment can't be made: {last}", where=folder, hint="check the network")
