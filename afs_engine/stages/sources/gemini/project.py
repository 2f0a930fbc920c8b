"""Reading one Gemini CLI project: its sessions, then its checkpoints.

Owns in which order a project's files are read and which of them only repeat others: a session that goes
on in the newer format, the prompts alone, the turns of a checkpoint that a session has too. Knows no
option and makes no sample.
"""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.generator import LogUnit
from afs_engine.stages.sources.chat.lines import LogLines
from afs_engine.stages.sources.gemini.journal import DAMAGE
from afs_engine.stages.sources.gemini.project_files import find_working_folder, sort_project_files
from afs_engine.stages.sources.gemini.session import (
    SessionLog,
    read_checkpoint,
    read_journal,
    read_object,
    skip_prompts,
)
from afs_engine.stages.sources.gemini.turns import assemble_turns

VENDOR = "gemini"
_SUB_AGENT = "sub-agent"


class ProjectReader:
    """Reads the files of the project `unit`; `read` gives its conversations.

    Every record is counted: as skipped here, or in the records of the turns given. Of a tool call's
    arguments and result at most `tool_chars` characters are kept.
    """

    def __init__(self, root: Path, unit: LogUnit, counts: RecordCounts, tool_chars: int) -> None:
        self._root = root
        self._project = unit.place
        self._files = sort_project_files(unit.place, unit.files)
        self._counts = counts
        self._tool_chars = tool_chars
        self._folder = find_working_folder(root, unit.place)

    def read(self) -> Iterator[Conversation]:
        """The conversations that have an answered question."""
        files = self._files
        seen: set[tuple[str, str]] = set()
        for path in files.sessions:
            for conversation in self._read_session(path):
                if files.checkpoints:
                    seen.update((turn.question, turn.answer) for turn in conversation.turns)
                yield conversation
        for path in files.checkpoints:
            for conversation in self._read_checkpoint(path):
                yield from self._without_copies(conversation, seen)
        for path in files.superseded:
            self._skip_messages(read_object(path, self._counts), "continued in .jsonl")
        for path in files.sub_agents:
            self._skip_sub_agent(path)
        for path in files.prompts:
            skip_prompts(path, self._counts)

    def _read_session(self, path: Path) -> Iterator[Conversation]:
        read = read_journal if path.suffix == ".jsonl" else read_object
        log = read(path, self._counts)
        if log.session.kind == "subagent":
            self._skip_messages(log, _SUB_AGENT)
        else:
            yield from self._assemble(path, log.session.session_id or show_path(path.stem), log)

    def _read_checkpoint(self, path: Path) -> Iterator[Conversation]:
        log = read_checkpoint(path, self._counts)
        yield from self._assemble(path, show_path(f"{self._project.name}/{path.stem}"), log)

    def _assemble(self, path: Path, session_id: str, log: SessionLog) -> Iterator[Conversation]:
        turns = assemble_turns(log.messages, self._counts, self._tool_chars)
        if turns:
            yield Conversation(
                vendor=VENDOR,
                session_id=session_id,
                path=show_path(path.relative_to(self._root)),
                turns=turns,
                project=self._folder,
                slug=show_path(self._project.name),
                started=log.session.start_time or "",
            )

    def _without_copies(
        self, conversation: Conversation, seen: set[tuple[str, str]]
    ) -> Iterator[Conversation]:
        fresh = []
        for turn in conversation.turns:
            if (turn.question, turn.answer) in seen:
                self._counts.skip("copy of a session", turn.records)
            else:
                seen.add((turn.question, turn.answer))
                fresh.append(turn)
        if fresh:
            yield replace(conversation, turns=tuple(fresh))

    def _skip_sub_agent(self, path: Path) -> None:
        if path.suffix == ".jsonl":
            LogLines(path, self._counts).skip_all(_SUB_AGENT)
        else:
            self._skip_messages(read_object(path, self._counts), _SUB_AGENT)

    def _skip_messages(self, log: SessionLog, reason: str) -> None:
        count = sum(1 for message in log.messages if message is not DAMAGE)
        if count:
            self._counts.skip(reason, count)
