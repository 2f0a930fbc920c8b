"""Reading one file of a Gemini CLI project: a session of either generation, or a saved checkpoint.

Owns how each kind of file becomes messages. Knows no option and makes no sample.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.lines import REFUSALS, UNREADABLE_FILE, LogLines, count_unknown
from afs_engine.stages.sources.gemini.journal import Journal
from afs_engine.stages.sources.gemini.records import (
    RECORDS,
    Message,
    Session,
    Turn,
    decode_checkpoint,
    decode_prompts,
    decode_session,
)

_MAX_FILE_BYTES = 256 << 20  # a session in one object has to be held whole
_ROLES = {"user": "user", "model": "gemini"}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class SessionLog:
    """A session's header and its messages, each counted as read and not yet as anything else."""

    session: Session
    messages: list[Message]


def read_journal(path: Path, counts: RecordCounts) -> SessionLog:
    """A `.jsonl` session."""
    journal = Journal(counts)
    log = LogLines(path, counts)
    for records, _ in log.decode(RECORDS):
        journal.apply(records)
        if log.is_damaged:
            journal.mark_damage()
    return SessionLog(journal.session, journal.messages)


def read_object(path: Path, counts: RecordCounts) -> SessionLog:
    """A `.json` session."""
    session = _read_whole(path, counts, decode_session) or Session(messages=[])
    if session.messages is None:
        counts.read += 1
        count_unknown(counts, "file without messages")
    messages = session.messages or []
    counts.read += len(messages)
    return SessionLog(session, messages)


def read_checkpoint(path: Path, counts: RecordCounts) -> SessionLog:
    """A `checkpoint-<tag>.json`."""
    checkpoint = _read_whole(path, counts, decode_checkpoint) or []
    history = checkpoint if isinstance(checkpoint, list) else checkpoint.history
    counts.read += len(history)
    return SessionLog(Session(), [_to_message(turn) for turn in history])


def skip_prompts(path: Path, counts: RecordCounts) -> None:
    """A `logs.json`: prompts alone, which are in the sessions too."""
    prompts = _read_whole(path, counts, decode_prompts) or []
    counts.read += len(prompts)
    if prompts:
        counts.skip("prompt without answer", len(prompts))


def _to_message(turn: Turn) -> Message:
    return Message(type=_ROLES.get(turn.role, turn.role), content=list(turn.parts or []))


def _read_whole(path: Path, counts: RecordCounts, decode: Callable[[bytes], Value]) -> Value | None:
    """The decoded file; None, and one record counted as skipped, where it can't be read or decoded."""
    try:
        if path.stat().st_size <= _MAX_FILE_BYTES:
            return decode(path.read_bytes())
        reason = "file too long"
    except REFUSALS:
        reason = "malformed file"
    except OSError:
        reason = UNREADABLE_FILE
    counts.read += 1
    counts.skip(reason)
    return None
