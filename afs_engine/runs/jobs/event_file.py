"""Reading a job's events from a byte on, and the last of them from the end, however long the file is.

Knows lines and bytes only; whose events they are is the caller's business.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from afs_engine.events import AnyEvent, parse_event

_MOST_BYTES_AT_ONCE = 1 << 20
_TAIL_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Some events, and the byte from which to read on."""

    events: list[AnyEvent]
    offset: int


def read_events(path: Path, offset: int) -> EventBatch:
    """The whole lines from `offset` on, at most about a megabyte; torn and foreign lines are passed over.

    A file shorter than `offset` was begun anew and is read from its start. Costs one `stat` when
    nothing is new.
    """
    try:
        size = path.stat().st_size
    except OSError:
        return EventBatch([], 0)
    start = offset if offset <= size else 0
    if start == size:
        return EventBatch([], start)
    with path.open("rb") as file:
        file.seek(start)
        data = file.read(_MOST_BYTES_AT_ONCE)
    whole = data.rfind(b"\n") + 1
    if not whole and len(data) == _MOST_BYTES_AT_ONCE:
        whole = len(data)  # no event is so long: passed over in pieces
    return EventBatch(_parse(data[:whole]), start + whole)


def read_last_events(path: Path, begin: int, most_bytes: int = _TAIL_BYTES) -> list[AnyEvent]:
    """The events in the file's last `most_bytes`, and none from before the byte `begin`."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start = max(begin if begin <= size else 0, size - most_bytes)
            file.seek(start)
            return _parse(file.read())
    except OSError:
        return []


def _parse(data: bytes) -> list[AnyEvent]:
    events: list[AnyEvent] = []
    for line in data.split(b"\n"):
        try:
            events.append(parse_event(line))
        except ValidationError:
            continue
    return events
