"""From the texts of a stored value to trajectories: one a conversation with the agent.

Owns how a value's entries become trajectories, and which texts are the agent's payloads (JSON objects)
or a title. Pure; knows no database and no turn.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from afs_engine.stages.sources.antigravity.wire import decode_base64, find_texts, read_fields
from afs_engine.stages.sources.chat.lines import REFUSALS

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAX_TITLE_CHARS = 200


@dataclass(slots=True)
class Trajectory:
    """`payloads` are decoded JSON objects in order, with their text."""

    session_id: str = ""
    title: str = ""
    payloads: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def read_trajectories(value: bytes) -> list[Trajectory]:
    """The trajectories in a stored value (base64 of a message, or the message).

    An entry of the outermost message that is a message too is one trajectory; payloads that stand in
    the outermost message directly are one together. Raises WireError: the value is no message.
    """
    outer = Trajectory()
    found = [outer]
    for entry in read_fields(decode_base64(value.strip()) or value):
        texts = list(find_texts(entry))
        if texts == [entry.decode(errors="replace")]:
            _add_text(outer, texts[0])
            continue
        found.append(Trajectory())
        for text in texts:
            _add_text(found[-1], text)
    return [trajectory for trajectory in found if trajectory.payloads]


def _add_text(trajectory: Trajectory, text: str) -> None:
    payload = _as_object(text)
    if payload is not None:
        trajectory.payloads.append((text, payload))
    elif not trajectory.session_id and _UUID.fullmatch(text):
        trajectory.session_id = text
    elif not trajectory.title and _looks_like_title(text):
        trajectory.title = text.strip()


def _as_object(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = msgspec.json.decode(text)
    except REFUSALS:
        return None
    return value if isinstance(value, dict) else None


def _looks_like_title(text: str) -> bool:
    """A few words in one line, no path and no address."""
    words = text.strip()
    return " " in words and len(words) <= _MAX_TITLE_CHARS and not any(m in words for m in ("\n", "://", "/"))
