"""The recipe that is open: its text, what was saved, and the way back.

The text is the only truth; every knob of every screen is a change of it. Undo is a stack of texts.
Pure but for `save`; knows no widget. Editing keeps comments (the engine's `edit_recipe_text`).
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afs_engine import api

KeyPath = tuple[str | int, ...]
_MAX_STEPS = 200
_ABSENT = object()


class RecipeDocument:
    """One recipe file, open for editing. `text` may be no valid recipe while a person types."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.saved_text = text
        self._past: list[str] = []
        self._future: list[str] = []
        self._parsed_text: str | None = None
        self._parsed: dict[str, Any] = {}
        self._seen = (0, 0)  # the file's time and size when it was last looked at

    @classmethod
    def open(cls, path: Path) -> "RecipeDocument":
        """Reads the file. Raises OSError and UnicodeDecodeError."""
        return cls(path, path.read_text(encoding="utf-8-sig"))

    @property
    def folder(self) -> Path:
        """The workspace: the folder that holds the recipe."""
        return self.path.absolute().parent

    @property
    def is_dirty(self) -> bool:
        return self.text != self.saved_text

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    @property
    def values(self) -> dict[str, Any]:
        """The tables as written, without defaults; those of the last valid text while it is no TOML."""
        if self._parsed_text != self.text:
            self._parsed_text = self.text
            try:
                self._parsed = tomllib.loads(self.text)
            except tomllib.TOMLDecodeError:
                return self._parsed
        return self._parsed

    def value(self, *path: str | int, default: Any = None) -> Any:
        """The value at a path of keys and places, or `default`."""
        found: Any = self.values
        for part in path:
            if isinstance(part, int):
                found = found[part] if isinstance(found, list) and part < len(found) else _ABSENT
            else:
                found = found.get(part, _ABSENT) if isinstance(found, dict) else _ABSENT
            if found is _ABSENT:
                return default
        return found

    def edit(self, changes: Mapping[KeyPath, Any]) -> None:
        """Sets keys (None removes one) as one step of undo. Raises AfsError where the text is no TOML."""
        self.replace(api.edit_recipe_text(self.text, changes))

    def replace(self, text: str) -> None:
        """Takes a new text as one step of undo."""
        if text == self.text:
            return
        self._past.append(self.text)
        del self._past[:-_MAX_STEPS]
        self._future.clear()
        self.text = text

    def undo(self) -> bool:
        """Back by one step; False where there is none."""
        return self._travel(self._past, self._future)

    def redo(self) -> bool:
        """Forth by one step; False where there is none."""
        return self._travel(self._future, self._past)

    def save(self) -> None:
        """Writes the text to its file. Raises AfsError."""
        api.save_recipe_text(self.path, self.text)
        self.saved_text = self.text

    def take_saved(self, text: str) -> None:
        """Takes the text that another program saved, as one step of undo."""
        self.replace(text)
        self.saved_text = text

    def text_on_disk(self) -> str | None:
        """What the file holds now; None where it is gone or no text."""
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None

    def is_file_newer(self) -> bool:
        """Whether the file was touched since this was last asked; costs no reading."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        before, self._seen = self._seen, (found.st_mtime_ns, found.st_size)
        return before != self._seen

    def _travel(self, start: list[str], goal: list[str]) -> bool:
        if not start:
            return False
        goal.append(self.text)
        self.text = start.pop()
        return True
