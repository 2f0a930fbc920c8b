"""The Antigravity exporter: where the editor and the command line keep what their agent did.

Owns the places, and which reader takes which file. Files are opened read-only, so that nothing is written
beside them and a running program is not disturbed. Knows no format.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.antigravity.conversation_files import (
    WRITE_LOG,
    holds_conversations,
    list_conversations,
)
from afs_engine.stages.sources.antigravity.state_database import read_state_database
from afs_engine.stages.sources.antigravity.step_turns import StepTurns
from afs_engine.stages.sources.antigravity.steps_database import read_steps_database, skip_steps_database
from afs_engine.stages.sources.antigravity.transcript import read_transcript
from afs_engine.stages.sources.antigravity.turns import TurnReader
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit
from afs_engine.stages.sources.chat.lines import LogLines
from afs_engine.stages.sources.chat.options import ChatExportOptions

VENDOR = "antigravity"
_DATABASE = "state.vscdb"
_AGENT_FOLDERS = ("antigravity-cli", "antigravity-ide", "antigravity")
_COPY = "copy of a session"


def possible_roots(env: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the editor's database is on Linux, macOS and Windows, and the agent's own folders."""
    home = Path(env.get("HOME", "/"))
    configs = (
        Path(env.get("XDG_CONFIG_HOME") or home / ".config"),
        home / "Library" / "Application Support",
        Path(env.get("APPDATA") or home / "AppData" / "Roaming"),
    )
    editor = tuple(config / "Antigravity" / "User" / "globalStorage" for config in configs)
    return editor + tuple(home / ".gemini" / name for name in _AGENT_FOLDERS)


def open_default(env: Mapping[str, str], options: ChatExportOptions | None = None) -> "AntigravityGenerator":
    """A generator over all of the possible roots that are there."""
    roots = possible_roots(env)
    there = [root for root in roots if root.exists()] or [roots[0]]
    return AntigravityGenerator(there[0], options, more_roots=tuple(there[1:]))


class AntigravityGenerator(ChatGenerator):
    """Samples from `state.vscdb` and the agent's conversations in `root`, or from `root` as one file.

    `more_roots` are read too; their units are named by the folder.
    """

    vendor = VENDOR
    hint = "name the folder of state.vscdb, or antigravity-cli, with --root"

    def __init__(
        self, root: Path, options: ChatExportOptions | None = None, *, more_roots: tuple[Path, ...] = ()
    ) -> None:
        super().__init__(root, options)
        self._more_roots = more_roots

    def list_units(self) -> list[LogUnit]:
        """The editor's database, and one unit a conversation of the agent."""
        if self.root.is_file():
            sessions = None if self.root.name == _DATABASE else 1
            return [LogUnit(show_path(self.root.name), self.root, (self.root,), sessions)]
        units = list(self._units_in(self.root, ""))
        for root in self._more_roots:
            units += self._units_in(root, f"{root.name}/")
        return units

    def read_unit(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """The conversations of a unit that have an answered question."""
        if unit.sessions is None:
            yield from self._read_state(unit, counts)
            return
        steps = StepTurns(counts, self.options.tool_chars)
        path, *copies = unit.files
        if path.suffix == ".db":
            read_steps_database(path, steps, counts)
        elif path.suffix == ".pb":
            counts.read += 1
            counts.skip("encrypted conversation")
        else:
            read_transcript(path, steps, counts)
        turns = steps.finish()
        for copy in copies:
            _skip_copy(copy, counts)
        if turns:
            yield Conversation(vendor=VENDOR, session_id=_session_id(unit), path=unit.name, turns=turns)

    def _units_in(self, root: Path, prefix: str) -> Iterator[LogUnit]:
        database = root / _DATABASE
        if database.is_file():
            log = database.with_name(f"{_DATABASE}-wal")
            files = (database, log) if log.is_file() else (database,)
            yield LogUnit(f"{prefix}{_DATABASE}", database, files, sessions=None)
        below = [root / name for name in _AGENT_FOLDERS]
        for folder in [place for place in (root, *below) if holds_conversations(place)]:
            for found in list_conversations(folder):
                name = prefix + show_path(found.files[0].relative_to(root))
                yield LogUnit(name, found.files[0], found.files, sessions=1)

    def _read_state(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """One conversation a trajectory that has an answered task."""
        reader = TurnReader(counts)
        for position, trajectory in enumerate(read_state_database(unit.place, counts)):
            turns = reader.read(trajectory)
            if turns:
                session_id = trajectory.session_id or f"{unit.name}-{position}"
                yield Conversation(vendor=VENDOR, session_id=session_id, path=unit.name, turns=turns)


def _session_id(unit: LogUnit) -> str:
    """The id that names the conversation's folder or database."""
    path = unit.place
    is_transcript = path.parent.name == "logs"
    return show_path(path.parent.parent.parent.name if is_transcript else path.stem)


def _skip_copy(path: Path, counts: RecordCounts) -> None:
    if path.suffix == ".db":
        skip_steps_database(path, counts, _COPY)
    elif path.suffix == ".pb":
        counts.read += 1
        counts.skip(_COPY)
    elif path.suffix != WRITE_LOG:
        LogLines(path, counts).skip_all(_COPY)
