"""The Codex exporter: where its rollouts lie.

Owns the folder layout: dated folders under `sessions`, and `archived_sessions` with moved files; Codex
packs rollouts that nobody touched for days in place, as `.jsonl.zst`. Knows no record.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit, list_files
from afs_engine.stages.sources.chat.lines import LogLines
from afs_engine.stages.sources.codex.session import VENDOR, read_conversations

_ARCHIVE = "archived_sessions"
_PACKED = ".jsonl.zst"


def default_root(env: Mapping[str, str]) -> Path:
    """`$CODEX_HOME`, else `~/.codex`."""
    return Path(env.get("CODEX_HOME") or Path(env.get("HOME", "/")) / ".codex")


class CodexGenerator(ChatGenerator):
    """Samples from the rollouts under `<root>/sessions` and `<root>/archived_sessions`, or under `root`."""

    vendor = VENDOR
    hint = "name the folder with --root, or set CODEX_HOME"

    def list_units(self) -> list[LogUnit]:
        """One unit a session: its rollout, plain before packed, and its copies where there are any."""
        folders = [self.root / name for name in ("sessions", _ARCHIVE) if (self.root / name).is_dir()]
        by_name: dict[str, list[Path]] = {}
        for folder in folders or [self.root]:
            for path in list_files(folder, (".jsonl", _PACKED)):
                if path.name.startswith("rollout-"):
                    by_name.setdefault(path.name.removesuffix(".zst"), []).append(path)
        units = [self._to_unit(sorted(paths, key=_is_packed)) for paths in by_name.values()]
        return sorted(units, key=lambda unit: unit.name)

    def _to_unit(self, paths: list[Path]) -> LogUnit:
        return LogUnit(show_path(paths[0].relative_to(self.root)), paths[0], tuple(paths), sessions=1)

    def read_unit(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """The conversation of one rollout; copies of it are counted and skipped."""
        path, *copies = unit.files
        yield from read_conversations(path, self.root, counts, self.options.tool_chars)
        for copy in copies:
            LogLines(copy, counts).skip_all("archived copy")


def _is_packed(path: Path) -> bool:
    return path.name.endswith(_PACKED)
