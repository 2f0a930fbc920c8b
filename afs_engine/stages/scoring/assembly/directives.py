"""asar's own commands and what may follow each: `org`, `db`, `if`, `namespace`, ...

Owns the table of directives and the check of their arguments. Source of the names: the asar 1.91
manual. Text arguments (file names, messages, options) are not judged. Takes arguments after defines
and quoted text were hidden; knows nothing of instructions, and follows no `if` or `macro` to its end.
"""

import re
from collections.abc import Callable

from afs_engine.stages.scoring.assembly.expressions import (
    WILDCARD,
    find_condition_fault,
    find_expression_fault,
)
from afs_engine.stages.scoring.assembly.verdict import FaultKind

ArgumentCheck = Callable[[str], FaultKind | None]


def split_values(text: str) -> list[str]:
    """The values of a list, split at commas outside parentheses; quoted text is already hidden."""
    if "(" not in text:
        return [value.strip() for value in text.split(",")]
    values, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth <= 0:
            values.append(text[start:at].strip())
            start = at + 1
    return [*values, text[start:].strip()]


def _check_nothing(argument: str) -> FaultKind | None:
    return FaultKind.BAD_DIRECTIVE if argument else None


def _check_text(argument: str) -> FaultKind | None:
    return None if argument else FaultKind.TRUNCATED


def _check_anything(_argument: str) -> FaultKind | None:
    return None


def _check_expression(argument: str) -> FaultKind | None:
    return find_expression_fault(argument) if argument.strip(WILDCARD) or not argument else None


def _check_switch(argument: str) -> FaultKind | None:
    """`base off`, `bank auto`, or an address."""
    return None if argument.lower() in ("off", "on", "auto", "noassume") else _check_expression(argument)


def _check_condition(argument: str) -> FaultKind | None:
    return find_condition_fault(argument) if argument.strip(WILDCARD) or not argument else None


def _check_assertion(argument: str) -> FaultKind | None:
    """A condition, then printable parts after commas, which are text."""
    return _check_condition(split_values(argument)[0])


def find_values_fault(argument: str) -> FaultKind | None:
    """The fault in the values of `db`, `dw`, `dl`, `dd`: numbers, names, quoted text."""
    for value in split_values(argument):
        bare = value.removeprefix("#").strip()
        if bare == '""' or (bare and not bare.strip(WILDCARD)):
            continue
        fault = find_expression_fault(bare)
        if fault is not None:
            return fault
    return None


_ALIGNMENT = re.compile(r"align\s+(\S+)(?:\s+offset\s+(\S+))?", re.IGNORECASE)


def _check_amount(argument: str) -> FaultKind | None:
    """`skip 3`, `fill align 2 offset 1`."""
    aligned = _ALIGNMENT.fullmatch(argument)
    if aligned is None:
        return _check_expression(argument)
    return _check_expression(aligned[1]) or (_check_expression(aligned[2]) if aligned[2] else None)


_MACRO = re.compile(
    r"[A-Za-z_]\w*\s*\(\s*(?:(?:[A-Za-z_]\w*|\.\.\.)(?:\s*,\s*(?:[A-Za-z_]\w*|\.\.\.))*)?\s*\)"
)
_FUNCTION = re.compile(r"[A-Za-z_]\w*\s*\([\w\s,]*\)\s*=(.*)")
_RANGE = re.compile(r"[A-Za-z_]\w*\s*=\s*(.+?)\.\.(.+)")
_ARCHITECTURES = ("65816", "spc700", "spc700-inline", "spc700-raw", "superfx")


def _check_macro_head(argument: str) -> FaultKind | None:
    return None if _MACRO.fullmatch(argument) else FaultKind.BAD_MACRO


def _check_function(argument: str) -> FaultKind | None:
    parts = _FUNCTION.fullmatch(argument)
    return find_expression_fault(parts[1].strip()) if parts else FaultKind.BAD_DIRECTIVE


def _check_range(argument: str) -> FaultKind | None:
    parts = _RANGE.fullmatch(argument)
    if parts is None:
        return FaultKind.BAD_DIRECTIVE
    return find_expression_fault(parts[1].strip()) or find_expression_fault(parts[2].strip())


def _check_architecture(argument: str) -> FaultKind | None:
    known = argument.lower() in _ARCHITECTURES or WILDCARD in argument
    return None if known else FaultKind.BAD_DIRECTIVE


_CHECKS: tuple[tuple[ArgumentCheck, str], ...] = (
    (find_values_fault, "db dw dl dd"),
    (_check_nothing, "lorom hirom exlorom exhirom sfxrom norom fullsa1rom else endif endwhile endfor"),
    (_check_nothing, "endmacro pushpc pullpc pushbase pullbase pushns pullns pushtable pulltable cleartable"),
    (_check_nothing, "includeonce fastrom header { }"),
    (_check_condition, "if elseif while"),
    (_check_assertion, "assert"),
    (_check_expression, "org warnpc pad rep dpbase freespacebyte startpos"),
    (_check_expression, "fillbyte fillword filllong filldword padbyte padword padlong paddword"),
    (_check_switch, "base bank"),
    (_check_amount, "skip fill"),
    (_check_range, "for"),
    (_check_macro_head, "macro"),
    (_check_function, "function"),
    (_check_architecture, "arch"),
    (_check_text, "incsrc incbin table struct print undef check math optimize warnings global prot reset"),
    (_check_text, "spcblock"),
    (_check_anything, "endstruct endspcblock namespace freespace freecode freedata error warn sa1rom"),
    (_check_anything, "asar xkas include includefrom"),
)

DIRECTIVES: dict[str, ArgumentCheck] = {name: check for check, names in _CHECKS for name in names.split()}
"""Lower-case directive -> the check of its argument."""

WRITES_BYTES = frozenset({"db", "dw", "dl", "dd", "fill"})
"""Directives that put bytes into the program themselves."""

TAKES_TEXT = frozenset(name for name, check in DIRECTIVES.items() if check in (_check_text, _check_anything))
"""Directives whose argument may be a sentence."""
