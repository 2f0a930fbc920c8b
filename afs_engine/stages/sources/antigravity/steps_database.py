"""Reading a conversation database of Antigravity's command line: `conversations/<id>.db`.

Owns its table and the numbers of the protobuf fields that matter, as they were found in databases of the
program's versions of 2026; there is no published schema. A step whose shape is another one is counted as
unknown: no text is guessed. Knows no turn and no folder.
"""

import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.antigravity.database import open_database
from afs_engine.stages.sources.antigravity.step_turns import StepTurns
from afs_engine.stages.sources.antigravity.wire import WireError, find_texts, read_numbered_fields
from afs_engine.stages.sources.chat.lines import REFUSALS, UNREADABLE_FILE, count_unknown

_QUERY = "SELECT step_type, step_payload FROM steps ORDER BY idx"
_COUNT = "SELECT count(*) FROM steps"
_USER, _PLANNER, _ERROR = 14, 15, 17
_USER_TEXTS = ((19, 2), (19, 3, 1))
_PLANNER_TEXT = (20, 1)
_CALL = (5, 4)
_CALL_NAME, _CALL_ARGUMENTS = 2, 3
_LAST_ENVELOPE_FIELD = 5  # what a step did stands behind it
_Fields = dict[int, list[bytes]]


def read_steps_database(path: Path, turns: StepTurns, counts: RecordCounts) -> None:
    """Hands the conversation's steps to `turns`; every row is counted as a record."""
    try:
        with open_database(path) as database:
            rows = database.execute(_QUERY).fetchall()
    except (sqlite3.Error, OSError):
        counts.read += 1
        counts.skip(UNREADABLE_FILE)
        return
    counts.read += len(rows)
    for kind, payload in rows:
        _add_step(kind, _fields(payload), turns, counts)


def skip_steps_database(path: Path, counts: RecordCounts, reason: str) -> None:
    """Counts the conversation's steps as skipped."""
    try:
        with open_database(path) as database:
            steps = database.execute(_COUNT).fetchone()[0]
    except (sqlite3.Error, OSError):
        steps, reason = 1, UNREADABLE_FILE
    counts.read += steps
    if steps:
        counts.skip(reason, steps)


def _add_step(kind: object, fields: _Fields, turns: StepTurns, counts: RecordCounts) -> None:
    call = _call(fields)
    asked = next((text for path in _USER_TEXTS if (text := _text_at(fields, path))), "")
    said = _text_at(fields, _PLANNER_TEXT)
    if kind == _USER and asked:
        turns.ask(asked, "", is_person=True)
    elif kind == _PLANNER and fields:
        turns.answer(said, "", [])
    elif kind == _ERROR:
        turns.fail()
    elif call and kind not in (_USER, _PLANNER):
        turns.answer("", "", [call])
        done = [field for number, found in fields.items() if number > _LAST_ENVELOPE_FIELD for field in found]
        turns.set_result("\n".join(text for field in done for text in find_texts(field)))
    else:
        count_unknown(counts, f"step of type {kind}")


def _call(fields: _Fields) -> tuple[str, Any] | None:
    """The tool call that a step repeats, or None."""
    call = _fields_at(fields, _CALL)
    name = _text_at(call, (_CALL_NAME,))
    if not name:
        return None
    arguments = _text_at(call, (_CALL_ARGUMENTS,))
    try:
        return name, msgspec.json.decode(arguments)
    except REFUSALS:
        return name, arguments


def _fields(data: object) -> _Fields:
    """The fields of a message by number; none where the bytes are no message."""
    fields: _Fields = defaultdict(list)
    try:
        for number, field in read_numbered_fields(data) if isinstance(data, bytes) else ():
            fields[number].append(field)
    except WireError:
        return {}
    return dict(fields)


def _fields_at(fields: _Fields, path: tuple[int, ...]) -> _Fields:
    for number in path:
        fields = _fields(fields.get(number, [b""])[0])
    return fields


def _text_at(fields: _Fields, path: tuple[int, ...]) -> str:
    try:
        return _fields_at(fields, path[:-1]).get(path[-1], [b""])[0].decode()
    except UnicodeDecodeError:
        return ""
