"""What all screens share: the open recipe, the engine's reader, and whether changing is allowed.

Owns no widget and draws nothing. Screens reach it as `self.studio`; what they change in the recipe
goes through `change_recipe`, so that undo, the unsaved mark and every other screen follow.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from afs_engine import api
from afs_tui.recipe_document import RecipeDocument

if TYPE_CHECKING:
    from afs_tui.cloud_desk import CloudDesk


@dataclass(frozen=True, slots=True)
class Options:
    """How the studio was started."""

    path: Path | None = None
    is_readonly: bool = False
    is_ascii: bool = False
    is_demo: bool = False
    theme: str = ""


@dataclass(slots=True)
class Studio:
    """`document` is None where no recipe is open: screens then show how to get one."""

    options: Options
    document: RecipeDocument | None = None
    reader: "api.EngineReader" = field(default_factory=lambda: api.EngineReader())

    _cloud: "CloudDesk | None" = None

    @property
    def cloud(self) -> "CloudDesk":
        """The dealings with the cloud, opened when they are first needed."""
        if self._cloud is None:
            from afs_tui.cloud_desk import CloudDesk

            self._cloud = CloudDesk(is_demo=self.options.is_demo)
        return self._cloud

    @property
    def can_change(self) -> bool:
        return not self.options.is_readonly

    def describe_command(self, *words: str) -> str:
        """The command line that does the same as the studio, ready for a shell."""
        from shlex import join

        return join(["afs-engine", *words])

    def close(self) -> None:
        self.reader.close()
        if self._cloud is not None:
            self._cloud.close()


def find_recipe(path: Path) -> Path | None:
    """The recipe that `path` means: a file, or the recipe.toml of a folder; None where there is none."""
    if path.is_dir():
        path = path / "recipe.toml"
    return path if path.is_file() else None
