"""The folder of a run: its number, its files, and whether it can be taken up again.

Owns `runs/<name>[-N]/`. A finished run has `manifest.json`; one without it, made from the same
recipe and not in use, is taken up by the next run of that recipe. Nothing in a finished run is ever
overwritten.
"""

import os
import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from afs_engine.data.atomic import TEMP_MARK, storage_error, write_atomic
from afs_engine.runs.journal import is_in_use

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class RunFolder:
    """An opened run folder; `resumed` when an unfinished run is taken up."""

    path: Path
    resumed: bool

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    def write_json(self, name: str, value: Any) -> None:
        """Writes a small JSON file, whole or not at all."""
        text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)
        write_atomic(self.path / name, text + b"\n")

    def write_text(self, name: str, text: str) -> None:
        write_atomic(self.path / name, text.encode())

    def adopt(self, name: str, stored: Path) -> None:
        """Brings a stored file or folder into the run without copying it where the disk can link.

        Stored files are made read-only first: an edit of a run's file must not reach the store.
        """
        target = self.path / name
        if stored.is_dir():
            for each in sorted(p for p in stored.rglob("*") if p.is_file()):
                self.adopt(f"{name}/{each.relative_to(stored).as_posix()}", each)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            if target.samefile(stored):
                return
            target.unlink()
        _link_or_copy(stored, target)


def _link_or_copy(stored: Path, target: Path) -> None:
    try:
        stored.chmod(0o444)
        os.link(stored, target)
    except OSError:
        temp = target.with_name(TEMP_MARK + target.name)
        try:
            shutil.copyfile(stored, temp)
            temp.replace(target)
        except OSError as error:
            temp.unlink(missing_ok=True)
            raise storage_error(error, target) from error


def open_run_folder(runs: Path, name: str, recipe_text: str) -> RunFolder:
    """The folder for a run called `name`: an unfinished one of the same recipe, or a new number."""
    for number in count(1):
        path = runs / (name if number == 1 else f"{name}-{number}")
        if path.exists():
            if _can_resume(path, recipe_text):
                return RunFolder(path, resumed=True)
            continue
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            continue  # another process took this number
        except OSError as error:
            raise storage_error(error, path) from error
        folder = RunFolder(path, resumed=False)
        folder.write_text("recipe.toml", recipe_text)
        return folder
    raise AssertionError("unreachable: numbers do not end")


def _can_resume(path: Path, recipe_text: str) -> bool:
    if (path / MANIFEST).exists() or is_in_use(path / "journal.jsonl"):
        return False
    try:
        return (path / "recipe.toml").read_text(encoding="utf-8") == recipe_text
    except (OSError, UnicodeDecodeError):
        return False
