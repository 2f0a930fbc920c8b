"""Which files tell one conversation of Antigravity's agent, and which of them is read.

Owns the folder layout: `brain/<id>/.system_generated/logs/` with transcripts, `conversations/<id>.db`. The
full transcript is read before the shortened one, a transcript before the database; the others only
repeat it. Knows no format.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LOGS = Path(".system_generated") / "logs"
_TRANSCRIPTS = ("transcript_full.jsonl", "transcript.jsonl", "overview.txt")  # the first that is there
WRITE_LOG = ".db-wal"  # belongs to the database of that name
_FOLDERS = ("brain", "conversations")
_SUFFIXES = (".db", ".pb", WRITE_LOG)


@dataclass(frozen=True, slots=True)
class ConversationFiles:
    """The files of one conversation, the one to read first."""

    session_id: str
    files: tuple[Path, ...]


def holds_conversations(folder: Path) -> bool:
    """Whether the folder is one of the agent's."""
    return any((folder / name).is_dir() for name in _FOLDERS)


def list_conversations(folder: Path) -> Iterator[ConversationFiles]:
    """The conversations below one of the agent's folders, sorted by their ids."""
    found: dict[str, list[Path]] = {}
    for place in _entries(folder / "brain"):
        logs = [place / _LOGS / name for name in _TRANSCRIPTS]
        if files := [path for path in logs if path.is_file()]:
            found[place.name] = files
    for path in _entries(folder / "conversations"):
        if path.suffix in _SUFFIXES and path.is_file():
            found.setdefault(path.stem, []).append(path)
    for session_id, files in sorted(found.items()):
        yield ConversationFiles(session_id, tuple(files))


def _entries(folder: Path) -> list[Path]:
    """What is directly in a folder, sorted; nothing where it can't be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
