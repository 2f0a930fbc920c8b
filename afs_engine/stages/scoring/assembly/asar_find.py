"""Where asar is on this machine: by setting, beside the program, on PATH, on the library path.

Owns the search. asar comes in no package index, so people unpack its release where they like and
name it in `AFS_ASAR` (the shared library, the program, or their folder). Opens nothing it finds.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from afs_engine.errors import MissingPartError

SETTING = "AFS_ASAR"
_LIBRARY_PATTERNS = ("libasar.so*", "libasar.dylib", "asar.dll")
_LIBRARY_FOLDERS = ("~/.local/lib", "/usr/local/lib", "/opt/homebrew/lib", "/usr/lib", "/lib")
_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PROGRAM = "asar.exe" if sys.platform == "win32" else "asar"


@dataclass(frozen=True, slots=True)
class FoundAsar:
    """The parts of asar that are there; the library is preferred."""

    library: Path | None = None
    program: Path | None = None


def find_asar(setting: Path | None = None, environment: Mapping[str, str] = os.environ) -> FoundAsar:
    """What there is of asar. `setting`, or else `AFS_ASAR`, goes before any search.

    Raises MissingPartError where the setting names nothing.
    """
    named = setting or (Path(environment[SETTING]) if environment.get(SETTING) else None)
    if named is not None:
        return _look_at_setting(named.expanduser())
    on_path = shutil.which(_PROGRAM, path=environment.get("PATH", ""))
    program = Path(on_path) if on_path else None
    return FoundAsar(_find_library(_list_folders(program, environment)), program)


def _look_at_setting(named: Path) -> FoundAsar:
    if named.is_dir():
        program = named / _PROGRAM
        found = FoundAsar(_find_library((named, named / "lib")), program if program.is_file() else None)
    elif named.is_file() and any(named.match(pattern) for pattern in _LIBRARY_PATTERNS):
        found = FoundAsar(library=named)
    else:
        found = FoundAsar(program=named if named.is_file() else None)
    if found == FoundAsar():
        hint = f"{SETTING} should name asar's shared library, its program, or the folder of either"
        raise MissingPartError("no asar there", where=named, hint=hint)
    return found


def _list_folders(program: Path | None, environment: Mapping[str, str]) -> Iterable[Path]:
    """Folders to search, nearest first."""
    if program is not None:
        home = program.resolve().parent
        yield from (home, home / "lib", home.parent / "lib")
    for name in _LIBRARY_PATHS:
        yield from (Path(part) for part in environment.get(name, "").split(os.pathsep) if part)
    yield from (Path(folder).expanduser() for folder in _LIBRARY_FOLDERS)


def _find_library(folders: Iterable[Path]) -> Path | None:
    for folder in folders:
        for pattern in _LIBRARY_PATTERNS:
            found = sorted(path for path in folder.glob(pattern) if path.is_file())
            if found:
                return found[0]
    return None
