"""What this machine has: every optional part, what works without it, and the one command that adds it.

Looks, but loads nothing heavy and changes nothing.
"""

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version

import psutil
from pydantic import BaseModel, ConfigDict

from afs_engine import __version__
from afs_engine.data.core_library import LIBRARY, load_library
from afs_engine.errors import AfsError, InputError, MissingPartError
from afs_engine.runs.files.gguf import SETTING, find_converter
from afs_engine.stages.cloud.vast.key import find_key
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.training.backend import missing_packages
from afs_engine.worker.environments import environment_folder, find_interpreter


class Part(BaseModel):
    """One optional part; `found` says what is there, `without` and `to_add` what to do when it is not."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    present: bool
    found: str
    without: str
    to_add: str


class DoctorReport(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    python: str
    cores: int
    memory_gib: float
    parts: list[Part]


def examine() -> DoctorReport:
    """The report for this machine and this Python environment."""
    return DoctorReport(
        version=__version__,
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        memory_gib=psutil.virtual_memory().total / 2**30,
        parts=[
            *_training_parts(),
            *_tracker_parts(),
            _llama_cpp(),
            _core(),
            _asar(),
            _gpu(),
            _vast_key(),
            *_program_parts(),
        ],
    )


def _training_parts() -> list[Part]:
    return [
        _packages(
            "training (trl)",
            ["torch", "transformers", "peft", "trl"],
            "everything up to `--until convert`, and the other commands",
            "pip install -c constraints.txt -e '.[train]'",
        ),
        _packages(
            "discriminator (ELECTRA)",
            ["torch", "transformers"],
            "scoring by length, entities, the assembly check and a light discriminator",
            "pip install -c constraints.txt -e '.[electra]', then `discriminator score --model FOLDER`",
        ),
        _backend("unsloth", "training by trl, which needs more memory on a GPU"),
        _backend("mlx", "training by trl; on Apple silicon that is the CPU"),
    ]


def _backend(name: str, without: str) -> Part:
    """A backend, installed here or in the environment that is made for it."""
    missing = missing_packages(name)
    folder = environment_folder(name)
    try:
        find_interpreter(name)
        has_environment = True
    except InputError:
        has_environment = False
    found = "installed here" if not missing else f"missing: {', '.join(missing)}"
    return Part(
        name=f"training ({name})",
        present=has_environment or not missing,
        found=f"environment {folder}" if has_environment else found,
        without=without,
        to_add=f"`afs-engine doctor --make-environment {name}`",
    )


def _tracker_parts() -> list[Part]:
    return [
        _packages(
            f"{name} (report_to)",
            [package],
            "the registry and its reports",
            f"pip install -c constraints.txt -e '.[{extra}]'",
        )
        for name, package, extra in (
            ("trackio", "trackio", "trackio"),
            ("MLflow", "mlflow-skinny", "mlflow"),
        )
    ]


def _program_parts() -> list[Part]:
    return [
        _program("ssh client", "ssh", "no rented machine", "install openssh-client"),
        _program(
            "rclone",
            "rclone",
            "backups to folders of this machine",
            "install rclone, then `rclone config` to name your Google Drive",
        ),
    ]


def _packages(name: str, packages: list[str], without: str, to_add: str) -> Part:
    found = {package: _version(package) for package in packages}
    missing = [package for package, number in found.items() if not number]
    told = ", ".join(f"{package} {number}" for package, number in found.items() if number)
    return Part(
        name=name,
        present=not missing,
        found=told if not missing else f"missing: {', '.join(missing)}",
        without=without,
        to_add=to_add,
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _asar() -> Part:
    described = AssemblyChecker().describe()
    return Part(
        name="asar",
        present="asar" in described and "built-in" not in described,
        found=described,
        without="the built-in 65816 syntax check answers, and rows say so",
        to_add="install asar's release and put it on PATH, or set AFS_ASAR to its library or program",
    )


def _core() -> Part:
    is_usable = load_library() is not None
    return Part(
        name="compiled core",
        present=is_usable,
        found=str(LIBRARY) if is_usable else "none that was made from this version",
        without="the same results; reading a large file takes about twice as long",
        to_add="install a C compiler, then run the pip install of AFS again",
    )


def _llama_cpp() -> Part:
    try:
        found, present = str(find_converter()), True
    except MissingPartError as error:
        found, present = error.what, False
    return Part(
        name="llama.cpp (GGUF)",
        present=present,
        found=found,
        without="adapters and merged models, `training export --merge`",
        to_add=f"get llama.cpp, set {SETTING} to its folder, and pip install its requirements",
    )


def _vast_key() -> Part:
    try:
        found = f"in {find_key().source}"
    except AfsError as error:
        return Part(
            name="vast.ai key",
            present=False,
            found=error.what,
            without="everything on this machine; nothing is rented",
            to_add=error.hint,
        )
    return Part(name="vast.ai key", present=True, found=found, without="", to_add="")


def _program(name: str, program: str, without: str, to_add: str) -> Part:
    path = shutil.which(program)
    return Part(
        name=name, present=path is not None, found=path or "not found", without=without, to_add=to_add
    )


def _gpu() -> Part:
    program = shutil.which("nvidia-smi")
    return Part(
        name="NVIDIA GPU",
        present=program is not None,
        found=program or "no driver found",
        without="`nano` and small bases train on the CPU",
        to_add="use a machine with one; AFS finds it by itself",
    )
