"""Reads one line of asar source: its labels, then one or more commands joined by ` : `.

Owns what a line is made of and hands each command to the directive or instruction check. A line is
judged alone, so the same line always reads the same and is kept: assembly repeats its lines a lot.
Knows nothing of the lines around it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from afs_engine.stages.scoring.assembly.directives import DIRECTIVES, WRITES_BYTES
from afs_engine.stages.scoring.assembly.expressions import (
    WILDCARD,
    find_expression_fault,
    hide_substitutions,
)
from afs_engine.stages.scoring.assembly.instructions import find_instruction_fault
from afs_engine.stages.scoring.assembly.verdict import FaultKind

LONGEST_KEPT_LINE = 300
KEPT_LINES = 1 << 16


@dataclass(frozen=True, slots=True)
class LineReading:
    """What a line is and its first fault.

    `assembles`: it has an instruction, data or a macro call. `command` and `argument` are its last
    directive, lower-case, for those who follow `macro` and `arch` from line to line.
    """

    assembles: bool = False
    fault: FaultKind | None = None
    command: str = ""
    argument: str = ""


_CODE_PART = re.compile(r"""(?:[^;"']|"[^"]*"|'''|'[^']+')*+""")
_QUOTED = re.compile(r"\"[^\"]*\"|'''|'([^']+)'")


def cut_comment(line: str) -> str | None:
    """The code of a line, without its comment; None where a quote is not closed."""
    if '"' not in line and "'" not in line:
        return line.partition(";")[0]
    match = _CODE_PART.match(line)
    end = match.end() if match else 0
    return None if end < len(line) and line[end] != ";" else line[:end]


def _hide_quoted(match: re.Match[str]) -> str:
    """Text becomes `""`; a character keeps being one, so that `'ab'` stays the fault it is."""
    if match[0][0] == '"':
        return '""'
    return "'_'" if match[1] is None or len(match[1]) == 1 else "'__'"


def read_line(line: str) -> LineReading:
    """What `line` is, and its first fault."""
    return _read_kept(line) if len(line) <= LONGEST_KEPT_LINE else _read(line)


@lru_cache(maxsize=KEPT_LINES)
def _read_kept(line: str) -> LineReading:
    return _read(line)


_BLANK = LineReading()
_JOINT = re.compile(r" :(?= )")


def _read(line: str) -> LineReading:
    code = cut_comment(line)
    if code is None:
        return LineReading(fault=FaultKind.OPEN_QUOTE)
    if '"' in code or "'" in code:
        code = _QUOTED.sub(_hide_quoted, code)
    code = " ".join(hide_substitutions(code).split())
    if not code:
        return _BLANK
    read = _read_kept_command if len(code) <= LONGEST_KEPT_LINE else _read_command
    if " : " not in code:
        return read(code)
    return _join_readings([read(part.strip()) for part in _JOINT.split(code)])


@lru_cache(maxsize=KEPT_LINES)
def _read_kept_command(text: str) -> LineReading:
    return _read_command(text)


def _join_readings(readings: list[LineReading]) -> LineReading:
    fault = next((reading.fault for reading in readings if reading.fault), None)
    last = next((reading for reading in reversed(readings) if reading.command), _BLANK)
    return LineReading(any(reading.assembles for reading in readings), fault, last.command, last.argument)


_LABELS = re.compile(
    r"""(?:(?: \??(?:\++|-+):?                            # + ++ - -- ?+
           | [#?]*[A-Za-z_\x01][\w.\x01]*:                # Name: ?name: #name:
           | [#?]*\.+[\w\x01]+:? | [#?]+[A-Za-z_\x01][\w\x01]*   # .sub .1: ?name #name
         )(?=\s|$)(?!\s*=)\s*)+""",
    re.VERBOSE,
)
_DEFINE = re.compile(r"\x01\s+([+:#?]?)=(?:\s+(.*))?")
_ASSIGNMENT = re.compile(r"(\S+)\s+=(?:\s+(.*))?")
_ASSIGNED_NAME = re.compile(r"\??[A-Za-z_\x01][\w\x01]*|'_'")
_AUTOCLEAN = re.compile(r"auto(?:clean|clear)\s+(.+)", re.IGNORECASE)


def skip_labels(text: str) -> str:
    """What stands after the labels at the start of a command."""
    labels = _LABELS.match(text)
    return text[labels.end() :] if labels else text


def _read_command(text: str) -> LineReading:
    """One command, after its labels."""
    if text[:1] == "@":
        text = text[1:].lstrip()
    rest = skip_labels(text)
    if not rest:
        return _BLANK
    if rest[0] == "%":
        return LineReading(True, _find_macro_call_fault(rest))
    if rest[0] == WILDCARD:
        return _read_substituted(rest)
    if "=" in rest and (assigned := _ASSIGNMENT.fullmatch(rest)):
        return _read_assignment(assigned)
    autoclean = _AUTOCLEAN.fullmatch(rest)
    return _read_named(autoclean[1].strip() if autoclean else rest)


def _read_named(text: str) -> LineReading:
    """A directive or an instruction, by its first word."""
    parts = text.split(None, 1)
    word, argument = parts[0], parts[1] if len(parts) > 1 else ""
    name = word.lower()
    check = DIRECTIVES.get(name)
    if check is not None and not (name == "rep" and argument[:1] == "#"):
        return LineReading(name in WRITES_BYTES, check(argument), name, argument)
    if word[-1:] == ":" or word[:1] == ".":
        return LineReading(fault=FaultKind.BAD_LABEL)
    return LineReading(True, find_instruction_fault(word, argument))


_MACRO_CALL = re.compile(r"%[A-Za-z_\x01][\w\x01]*[ ]*\((.*)\)")


def _find_macro_call_fault(text: str) -> FaultKind | None:
    """Arguments are any text; only the parentheses must be there."""
    return None if _MACRO_CALL.fullmatch(text) else FaultKind.BAD_MACRO


def _read_substituted(text: str) -> LineReading:
    """`!name = value` sets a define; else a define or parameter stands for an unknown command."""
    define = _DEFINE.fullmatch(text)
    if define is None:
        glued = text[1:2] == "="
        return LineReading(True, FaultKind.BAD_DIRECTIVE if glued else None)
    operator, value = define[1], (define[2] or "").strip()
    if not value:
        return LineReading(fault=FaultKind.TRUNCATED)
    if " " in value:
        return LineReading(fault=FaultKind.BAD_DIRECTIVE)
    return LineReading(fault=find_expression_fault(value) if operator == "#" else None)


def _read_assignment(match: re.Match[str]) -> LineReading:
    """`Name = expression`, or `'c' = expression` in a character table."""
    if not _ASSIGNED_NAME.fullmatch(match[1]):
        return LineReading(fault=FaultKind.BAD_LABEL)
    return LineReading(fault=find_expression_fault((match[2] or "").strip()))
