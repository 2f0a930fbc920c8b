"""The Gemini CLI exporter: one project folder after the other.

Owns the root and the units. Knows no record.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit
from afs_engine.stages.sources.gemini.project import VENDOR, ProjectReader
from afs_engine.stages.sources.gemini.project_files import list_project_files, list_projects


def default_root(env: Mapping[str, str]) -> Path:
    """`.gemini` in `$GEMINI_CLI_HOME`, else in the home folder."""
    return Path(env.get("GEMINI_CLI_HOME") or env.get("HOME", "/")) / ".gemini"


class GeminiGenerator(ChatGenerator):
    """Samples from the projects under `<root>/tmp`, or under `root`, or from `root` as a project."""

    vendor = VENDOR
    hint = "name the folder with --root, or set GEMINI_CLI_HOME"

    def list_units(self) -> list[LogUnit]:
        """One unit a project that has logs."""
        units = []
        for project in list_projects(self.root):
            files = list_project_files(project)
            if files.all:
                name = show_path(project.relative_to(self.root))
                units.append(LogUnit(name, project, files.all, sessions=len(files.sessions)))
        return units

    def read_unit(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """The conversations of one project."""
        yield from ProjectReader(self.root, unit, counts, self.options.tool_chars).read()
