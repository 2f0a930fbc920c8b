"""The Claude Code exporter: where its logs lie, and which of them are sessions.

Owns the folder layout. A file below a `subagents` folder, or named `agent-*`, is a sub-agent's log: its
lines are counted and skipped. Knows no record.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

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
        return [
            LogUnit(path.relative_to(self.root).as_posix(), (path,), sessions=not _is_sub_agent(path))
            for path in files
            if "tool-results" not in path.parts
        ]

    def read_unit(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """The conversation of one session file."""
        (path,) = unit.files
        if _is_sub_agent(path):
            LogLines(path, counts).skip_all("sub-agent")
        else:
            yield from read_conversations(path, self.root, counts, self.options.tool_chars)


def _is_sub_agent(path: Path) -> bool:
    return path.name.startswith("agent-") or "subagents" in path.parts
