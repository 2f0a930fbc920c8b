"""The Claude Code exporter: where its logs lie, and which of them are sessions.

Owns the folder layout. A file below a `subagents` folder, or named `agent-*`, is a sub-agent's log: its
lines are counted and skipped. Knows no record.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit, list_files
from afs_engine.stages.sources.chat.lines import LogLines
from afs_engine.stages.sources.claude.session import VENDOR, read_conversations


def default_root(env: Mapping[str, str]) -> Path:
    """`$CLAUDE_CONFIG_DIR`, else `~/.claude`."""
    return Path(env.get("CLAUDE_CONFIG_DIR") or Path(env.get("HOME", "/")) / ".claude")


class ClaudeGenerator(ChatGenerator):
    """Samples from the sessions under `<root>/projects`, or under `root` where it has no such folder."""

    vendor = VENDOR
    hint = "name the folder with --root, or set CLAUDE_CONFIG_DIR"

    def list_units(self) -> list[LogUnit]:
        """One unit a file; tool results that were put aside are no logs."""
        projects = self.root / "projects"
        files = list_files(projects if projects.is_dir() else self.root, (".jsonl",))
        return [self._to_unit(path) for path in files if "tool-results" not in self._parts(path)]

    def read_unit(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """The conversation of one session file."""
        if unit.sessions:
            yield from read_conversations(unit.place, self.root, counts, self.options.tool_chars)
        else:
            LogLines(unit.place, counts).skip_all("sub-agent")

    def _to_unit(self, path: Path) -> LogUnit:
        is_sub_agent = path.name.startswith("agent-") or "subagents" in self._parts(path)
        name = show_path(path.relative_to(self.root))
        return LogUnit(name, path, (path,), sessions=0 if is_sub_agent else 1)

    def _parts(self, path: Path) -> tuple[str, ...]:
        return path.relative_to(self.root).parts
