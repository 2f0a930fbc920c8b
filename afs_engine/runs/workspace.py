"""Where things lie beside a recipe: the store, the runs, the registry. Owns these paths and nothing else."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.atomic import write_atomic


@dataclass(frozen=True)
class Workspace:
    """The folder that holds the recipe."""

    root: Path

    @property
    def hidden(self) -> Path:
        return self.root / ".afs"

    @property
    def store(self) -> Path:
        return self.hidden / "store"

    @property
    def work(self) -> Path:
        """Unfinished training, so that it can be resumed."""
        return self.hidden / "work"

    @property
    def jobs(self) -> Path:
        """What is kept of runs and trainings as processes."""
        return self.hidden / "jobs"

    @property
    def registry(self) -> Path:
        return self.hidden / "registry.sqlite"

    @property
    def score_cache(self) -> Path:
        return self.hidden / "scores.sqlite"

    @property
    def input_digests(self) -> Path:
        return self.hidden / "inputs.json"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    def salt(self) -> bytes:
        """32 random bytes of this workspace, made at first use; never part of data."""
        path = self.hidden / "salt"
        if not path.exists():
            write_atomic(path, secrets.token_bytes(32), mode=0o600)
        return path.read_bytes()

    def path(self, text: str) -> Path:
        """A path written in the recipe: `~` and relative to the recipe's folder."""
        return self.root / Path(text).expanduser()


def find_workspace(start: Path) -> Workspace:
    """The nearest folder from `start` upwards that holds `.afs`; `start` itself where none does."""
    for folder in (start, *start.parents):
        if (folder / ".afs").is_dir():
            return Workspace(folder)
    return Workspace(start)
