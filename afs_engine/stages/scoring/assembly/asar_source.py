"""From an answer's code lines to a source for asar, and from asar's errors to a verdict.

Owns what is kept from asar (commands that open files), the label put in front so that `.sub` labels
have a parent, and who judges a line: asar where it got to the end of it; the built-in check where
asar stopped at a name defined elsewhere, skips the line (a macro's body) or never saw it.
"""

import re
from collections.abc import Sequence

from afs_engine.stages.scoring.assembly.asar_errors import ERROR_LIMIT_REACHED, AsarError, is_fault
from afs_engine.stages.scoring.assembly.asar_messages import AsarReply
from afs_engine.stages.scoring.assembly.extraction import CodeLine
from afs_engine.stages.scoring.assembly.lines import read_line
from afs_engine.stages.scoring.assembly.syntax import LONGEST_SHOWN_LINE, check_lines
from afs_engine.stages.scoring.assembly.verdict import AssemblyError, AssemblyVerdict, FaultKind, judge_code

PARENT_LABEL = "afs_parent_of_sublabels:"
_OPENS_FILES = re.compile(
    r"\b(?:incsrc|incbin|include|includefrom|table|_?(?:can)?readfile\d?|_?filesize|_?getfilestatus)\b",
    re.IGNORECASE,
)
_MACRO_PARAMETER = re.compile(r"<[\w.\[\]]+>")


def write_source(lines: Sequence[CodeLine]) -> str:
    """A source with one line for each of `lines` after the parent label; file commands left blank."""
    texts = ["" if _OPENS_FILES.search(line.text) else line.text for line in lines]
    source = "\n".join([PARENT_LABEL, *texts]) + "\n"
    return source.replace("\0", " ").encode("utf-8", "replace").decode()


def judge_reply(lines: Sequence[CodeLine], reply: AsarReply) -> AssemblyVerdict:
    """The verdict on `lines` for which asar answered or ran out of time."""
    code_lines, found_here = check_lines(lines)
    if reply.outcome == "timed out":
        late = AssemblyError(lines[0].number, FaultKind.TIMED_OUT, "asar did not come to an end")
        return judge_code(code_lines, [late], "asar")
    left_to_us = _list_lines_left_to_us(lines)
    faults: dict[int, AssemblyError] = {}
    for error in reply.errors:
        line = _find_line(lines, error)
        if error.error_id == ERROR_LIMIT_REACHED:
            left_to_us.update(line.number for line in lines)
        elif not is_fault(error):
            left_to_us.add(line.number)
        elif not _MACRO_PARAMETER.search(line.text):
            text = error.message[:LONGEST_SHOWN_LINE]
            faults.setdefault(line.number, AssemblyError(line.number, FaultKind.REFUSED_BY_ASAR, text))
    ours = (error for error in found_here if error.line in left_to_us and error.line not in faults)
    return judge_code(code_lines, [*faults.values(), *ours], "asar")


def _find_line(lines: Sequence[CodeLine], error: AsarError) -> CodeLine:
    """The line an error is about; asar counts from 0, and line 0 is the parent label."""
    return lines[min(max(error.line - 1, 0), len(lines) - 1)]


def _list_lines_left_to_us(lines: Sequence[CodeLine]) -> set[int]:
    """Lines asar was not shown or reads only when a macro is called."""
    numbers = set()
    in_macro = False
    for line in lines:
        command = read_line(line.text).command
        in_macro = (in_macro or command == "macro") and command != "endmacro"
        if in_macro or _OPENS_FILES.search(line.text) or _MACRO_PARAMETER.search(line.text):
            numbers.add(line.number)
    return numbers
