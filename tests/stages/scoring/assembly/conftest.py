"""Builds the stand-in for asar's shared library where this machine has a C compiler."""

import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "stand_in_asar.c"
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def build_library(folder: Path, *options: str) -> Path:
    if COMPILER is None:
        pytest.skip("no C compiler here: the stand-in for libasar can't be built")
    library = folder / "libasar.so"
    command = [COMPILER, "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", str(library), str(SOURCE), *options]
    subprocess.run(command, check=True)
    return library


@pytest.fixture(scope="session")
def stand_in_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_library(tmp_path_factory.mktemp("asar"))


@pytest.fixture(scope="session")
def old_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that speaks the interface of asar 1.5."""
    return build_library(tmp_path_factory.mktemp("old-asar"), "-DAPI_VERSION=200")


@pytest.fixture(autouse=True)
def no_asar_of_this_machine(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Tests see no asar but the one they name."""
    if "real_asar" not in request.fixturenames:
        for name in ("AFS_ASAR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            monkeypatch.delenv(name, raising=False)
