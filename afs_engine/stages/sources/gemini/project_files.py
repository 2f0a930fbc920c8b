"""Where Gemini CLI keeps a project's logs, and which working folder a project is.

Owns the folder layout under the root. A project's folder is named by the sha256 of the working folder
(older) or by a slug that `projects.json` and a marker file explain (newer). Knows no record.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from afs_engine.stages.sources.chat.generator import list_files
from afs_engine.stages.sources.chat.lines import REFUSALS


class _Registry(msgspec.Struct):
    projects: dict[str, str]


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """The log files of one project, by what they are, each kind sorted."""

    sessions: tuple[Path, ...]
    superseded: tuple[Path, ...]
    sub_agents: tuple[Path, ...]
    checkpoints: tuple[Path, ...]
    prompts: tuple[Path, ...]

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file."""
        return self.sessions + self.superseded + self.sub_agents + self.checkpoints + self.prompts


def list_projects(root: Path) -> list[Path]:
    """The project folders under `root`, sorted; `root` itself where it is one."""
    if (root / "chats").is_dir():
        return [root]
    base = root / "tmp" if (root / "tmp").is_dir() else root
    return [path for path in _entries(base) if path.is_dir()]


def list_project_files(project: Path) -> ProjectFiles:
    """A project's files as they are on disk."""
    own = [path for path in _entries(project) if path.suffix == ".json" and path.is_file()]
    return sort_project_files(project, [*list_files(project / "chats", (".json", ".jsonl")), *own])


def sort_project_files(project: Path, files: Sequence[Path]) -> ProjectFiles:
    """The files by what they are. A session that was resumed in the newer format is superseded."""
    chats = project / "chats"
    own = sorted(path for path in files if path.parent == project)
    logs = sorted(path for path in files if path.parent != project)
    main = [path for path in logs if path.parent == chats]
    journals = {path.stem for path in main if path.suffix == ".jsonl"}
    superseded = [path for path in main if path.suffix == ".json" and path.stem in journals]
    return ProjectFiles(
        sessions=tuple(path for path in main if path not in superseded),
        superseded=tuple(superseded),
        sub_agents=tuple(path for path in logs if path.parent != chats),
        checkpoints=tuple(path for path in own if path.name.startswith("checkpoint-")),
        prompts=tuple(path for path in own if path.name == "logs.json"),
    )


def _entries(folder: Path) -> list[Path]:
    """What is directly in a folder, sorted; nothing where it can't be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def find_working_folder(root: Path, project: Path) -> str:
    """The working folder that the project's logs are about, or empty where nothing says so."""
    try:
        return (project / ".project_root").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        pass
    try:
        registry = msgspec.json.decode((root / "projects.json").read_bytes(), type=_Registry)
    except (OSError, *REFUSALS):
        return ""
    for path, slug in registry.projects.items():
        if project.name in (slug, hashlib.sha256(path.encode()).hexdigest()):
            return path
    return ""
