"""The built-in 65816 syntax check: what answers where asar is absent.

Owns the walk through an answer's code. Lines for another processor (`arch spc700`, `spcblock`) are
passed over. Form only: names, macros and files may be defined anywhere, and neither register widths
nor distances are followed. Opens no file.
"""

from collections.abc import Iterable, Iterator, Sequence

from afs_engine.stages.scoring.assembly.extraction import CodeLine, find_code
from afs_engine.stages.scoring.assembly.lines import LineReading, read_line
from afs_engine.stages.scoring.assembly.verdict import (
    AssemblyError,
    AssemblyVerdict,
    judge_code,
    no_assembly,
)

LONGEST_SHOWN_LINE = 160


def check_syntax(text: str) -> AssemblyVerdict:
    """Checks the assembly in an answer, by form alone.

    `applies` is False for an answer without code. Never raises for any text.
    """
    return check_code(find_code(text))


def check_code(lines: Sequence[CodeLine]) -> AssemblyVerdict:
    """The same for the code lines of an answer, found before."""
    if not lines:
        return no_assembly()
    code_lines, errors = check_lines(lines)
    return judge_code(code_lines, errors, "built-in")


def check_lines(lines: Iterable[CodeLine]) -> tuple[int, list[AssemblyError]]:
    """How many lines assemble to something or are faulty, and the faults."""
    code_lines = 0
    errors = []
    for line, reading in read_65816_lines(lines):
        if reading.fault is not None:
            errors.append(AssemblyError(line.number, reading.fault, line.text.strip()[:LONGEST_SHOWN_LINE]))
        code_lines += reading.assembles or reading.fault is not None
    return code_lines, errors


def read_65816_lines(lines: Iterable[CodeLine]) -> Iterator[tuple[CodeLine, LineReading]]:
    """The lines with their readings, without those written for another processor."""
    other_processor = False
    for line in lines:
        reading = read_line(line.text)
        if reading.command in _SETS_PROCESSOR:
            other_processor = _is_other_processor(reading)
        elif not other_processor:
            yield line, reading


_SETS_PROCESSOR = ("arch", "spcblock", "endspcblock")


def _is_other_processor(reading: LineReading) -> bool:
    if reading.command == "arch":
        return reading.argument.strip() != "65816"
    return reading.command == "spcblock"
