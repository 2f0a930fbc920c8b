"""Corruptions of several lines of a listing, all of which assemble: only a reader can tell.

Each function gives the corrupted lines, or None where there is nothing to corrupt.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from afs_engine.stages.discriminator.corruption.instruction import Instruction, find_instructions
from afs_engine.stages.scoring.assembly.lines import read_line

_USES = {
    "LDA": ("STA", "CMP", "AND", "ORA", "TAX", "TAY", "ASL", "LSR", "CLC", "SEC", "BEQ", "BNE", "BPL", "BMI"),
    "LDX": ("STX", "CPX", "TXA"),
    "LDY": ("STY", "CPY", "TYA"),
    "PLA": ("STA",),
    "CLC": ("ADC",),
    "SEC": ("SBC",),
    "CMP": ("BEQ", "BNE", "BCC", "BCS", "BMI", "BPL"),
    "CPX": ("BEQ", "BNE", "BCC", "BCS"),
    "CPY": ("BEQ", "BNE", "BCC", "BCS"),
    "AND": ("BEQ", "BNE", "STA", "CMP"),
    "ADC": ("STA",),
    "SBC": ("STA",),
    "DEX": ("BPL", "BNE"),
    "DEY": ("BPL", "BNE"),
    "TXA": ("STA", "CLC", "AND"),
    "TAX": ("LDA", "JMP"),
}
_FLAGS = re.compile(r"#\$([123]0)")
_IMMEDIATE = re.compile(r"#\$([0-9A-Fa-f]{2}|[0-9A-Fa-f]{4})")
_WIDTH_BIT = {"A": 0x20, "X": 0x10}


def swap_lines(lines: Sequence[str], rng: Random) -> list[str] | None:
    """An instruction after the one that needs its result: `STA $10` before `LDA #$01`."""
    found = find_instructions(lines)
    pairs = [(first, second) for first, second in pairwise(found) if second.name in _USES.get(first.name, ())]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    late, early = _text(lines, first), _text(lines, second)
    return first.put_into(second.put_into(lines, late), early)


def _text(lines: Sequence[str], instruction: Instruction) -> str:
    return lines[instruction.row][instruction.start : instruction.end]


def repeat_lines(lines: Sequence[str], rng: Random) -> list[str] | None:
    """A model in a loop: one to three lines written again and again, the rest lost.

    Every other loop goes on to the end, as one does that nothing stops.
    """
    rows = [row for row, line in enumerate(lines) if read_line(line).assembles]
    if len(rows) < 4:
        return None
    size = rng.randint(1, 3)
    start = rng.choice(rows[: len(rows) - size + 1])
    times = rng.randint(2, 4) if rng.random() < 0.5 else max(2, (len(lines) - start) // size)
    looped = list(lines[start : start + size]) * times
    return [*lines[:start], *looped, *lines[start + len(looped) :]]


def contradict_width(lines: Sequence[str], rng: Random) -> list[str] | None:
    """An immediate of 16 bits where SEP has just made the register 8 bits wide, or the reverse."""
    choices = []
    flags: dict[str, bool | None] = {"A": None, "X": None}
    for instruction in find_instructions(lines):
        flags |= _read_flags(instruction)
        is_narrow = flags["X" if instruction.name[-1] in "XY" else "A"]
        number = _IMMEDIATE.fullmatch(instruction.operand)
        if number and is_narrow is not None and is_narrow == (len(number[1]) == 2) and not instruction.suffix:
            choices.append((instruction, number[1]))
    choices = [(each, digits) for each, digits in choices if each.name not in ("REP", "SEP", "PEA", "COP")]
    if not choices:
        return None
    instruction, digits = rng.choice(choices)
    other = f"{rng.randrange(256):02X}{digits}" if len(digits) == 2 else digits[2:]
    return instruction.put_into(lines, instruction.respell(operand=f"#${other}"))


def _read_flags(instruction: Instruction) -> dict[str, bool | None]:
    """What the instruction says about the widths: True for 8 bits, None where it unsettles them."""
    if instruction.name == "PLP":
        return {"A": None, "X": None}
    bits = _FLAGS.fullmatch(instruction.operand)
    if instruction.name not in ("REP", "SEP") or bits is None:
        return {}
    value = int(bits[1], 16)
    return {name: instruction.name == "SEP" for name, bit in _WIDTH_BIT.items() if value & bit}
