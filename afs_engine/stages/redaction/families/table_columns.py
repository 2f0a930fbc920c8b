"""Secrets in the columns of tables: Markdown, CSV, and cells parted by semicolons or tabs.

The name stands once, in the head; each cell below it is judged as if the name stood beside it, and
strictly: tables that explain a `password` hold words. Knows no other way to name a value.
"""

import re
from collections.abc import Iterator

from afs_engine.stages.redaction.assigned_values import Value
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.promised_values import holds_secret
from afs_engine.stages.redaction.secret_names import SecretName, judge_name
from afs_engine.stages.redaction.word_search import Word, WordGroup

_MARKS = " \t\r\"'`*"
# The end of a name and of its cell: what stands before them would only cost the engine states.
_ENDS = ("word", "wd", "phrase", "wort", "secret", "token", "key")
HEADS = WordGroup(
    tuple(Word(end, r"[ \t\r\"'`*]", then=r"[|,;\t\n]") for end in _ENDS),
    any_case=True,
)
_RULE_BELOW = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}[-:| \t]*\r?\Z")
_PLAIN_HEAD = re.compile(r"[ \t]*[\"']?[A-Za-z_][\w .-]{0,31}[\"']?[ \t\r]*\Z")
_MOST_ROWS, _MOST_COLUMNS = 2000, 64


def find_column_secrets(probe: Probe) -> Iterator[Candidate]:
    """The secret cells below every head of a table that names a secret."""
    done = -1
    for start, *_ in probe.hits(HEADS):
        first, last = probe.bounds(start)
        line = probe.text.rfind("\n", first, start) + 1 or first
        if line > done:
            done = line
            yield from _read_table(probe.text, line, last)


def _read_table(text: str, start: int, last: int) -> Iterator[Candidate]:
    """The secrets in the table whose head is the line at `start`; none where that is no head."""
    head, at = _line_at(text, start, last)
    separator = next((mark for mark in "|\t;," if mark in head), "")
    names = head.split(separator) if separator else []
    if separator == "|":
        rule, below = _line_at(text, at, last)
        if not _RULE_BELOW.match(rule):
            return
        at = below
    elif not all(map(_PLAIN_HEAD.match, names)):
        return
    promises = {column: promise for column, name in enumerate(names) if (promise := _judge_head(name))}
    if promises and len(names) <= _MOST_COLUMNS:
        yield from _read_rows(text, at, last, separator, len(names), promises)


def _read_rows(
    text: str, at: int, last: int, separator: str, columns: int, promises: dict[int, SecretName]
) -> Iterator[Candidate]:
    for _ in range(_MOST_ROWS):
        row, below = _line_at(text, at, last)
        cells = row.split(separator)
        if len(cells) != columns:
            return
        place = at
        for column, cell in enumerate(cells):
            if column in promises and (found := _judge_cell(cell, place, promises[column])):
                yield found
            place += len(cell) + 1
        at = below


def _judge_head(cell: str) -> SecretName | None:
    name = cell.strip(_MARKS)
    return judge_name(name) if name else None


def _judge_cell(cell: str, place: int, promise: SecretName) -> Candidate | None:
    value = cell.strip(_MARKS)
    start = place + len(cell) - len(cell.lstrip(_MARKS))
    found = Value(start, start + len(value), True, "listed")
    if value and holds_secret(promise, value, found, promise.kind):
        return Candidate(found.start, found.end, promise.kind, promise.placeholder)
    return None


def _line_at(text: str, start: int, last: int) -> tuple[str, int]:
    """The line that begins at `start`, and where the next one does."""
    end = text.find("\n", start, last)
    end = last if end < 0 else end
    return text[start:end], min(end + 1, last)
