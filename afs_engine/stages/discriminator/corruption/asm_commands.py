"""Corruptions of a single instruction.

Each function gives the corrupted spelling of an instruction, or None where it has nothing to corrupt.
Those of `INVALID` claim that no assembler takes the result; those of `MISLEADING` assemble, and only a
reader of the lines around can tell. Rules of form: WDC W65C816S datasheet, as in `opcodes.py`.
"""

import re
from collections.abc import Callable
from random import Random

from afs_engine.stages.discriminator.corruption.asm_names import (
    CONFUSED_MNEMONICS,
    FOREIGN_MNEMONICS,
    NO_INDEX_REGISTERS,
    NO_SIZE_SUFFIXES,
)
from afs_engine.stages.discriminator.corruption.instruction import Instruction
from afs_engine.stages.scoring.assembly.opcodes import MODES_BY_MNEMONIC, Mode, Shape

CorruptCommand = Callable[[Instruction, Random], str | None]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_HEX = "GHIJKLMNPRSTUVWXYZ"
_HEX = re.compile(r"\$([0-9A-Fa-f]+)")
_INDEX = re.compile(r"(,\s*)([XYSxys])(?=\)?\s*$|\)\s*,)")
_CORE = re.compile(r"[#(\[]*([^,()\[\]#]+)")
_LONGEST_WORD = 0xFFFF


def respell_mnemonic(instruction: Instruction, rng: Random) -> str | None:
    """`MOV` for `LDA`, or two letters changed places, or one is wrong."""
    foreign = FOREIGN_MNEMONICS.get(instruction.name, ())
    if foreign and rng.random() < 0.6:
        return instruction.respell(rng.choice(foreign), suffix="" if rng.random() < 0.5 else None)
    letters = list(instruction.name)
    at = rng.randrange(len(letters))
    if rng.random() < 0.5:
        letters[at], letters[at - 1] = letters[at - 1], letters[at]
    else:
        letters[at] = rng.choice(_LETTERS)
    misspelt = "".join(letters)
    return None if misspelt in MODES_BY_MNEMONIC else instruction.respell(misspelt)


def confuse_mnemonic(instruction: Instruction, rng: Random) -> str | None:
    """`STX` for `STA`: takes the same operand and does something else."""
    others = CONFUSED_MNEMONICS.get(instruction.name)
    return instruction.respell(rng.choice(others)) if others else None


def change_mode(instruction: Instruction, rng: Random) -> str | None:
    """`STA #$10`, `JSR ($10),Y`: the operand in a shape that this mnemonic does not have."""
    core = _CORE.match(instruction.operand)
    if core is None or not core[1].strip():
        return None
    known = MODES_BY_MNEMONIC[instruction.name]
    missing = [shape for shape in _WRITABLE if shape not in known]
    if not missing or Shape.PAIR in known:
        return None
    shown = rng.choice(missing).value
    if ", " in instruction.operand or ("," not in instruction.operand and rng.random() < 0.5):
        shown = shown.replace(",", ", ")
    if instruction.mnemonic.isupper():
        shown = shown.replace("x", "X").replace("y", "Y").replace("s", "S")
    return instruction.respell(operand=shown.replace("n", core[1].strip(), 1))


_WRITABLE = tuple(shape for shape in Shape if "n" in shape.value and shape is not Shape.PAIR)


def truncate_operand(instruction: Instruction, rng: Random) -> str | None:
    """`LDA.w #$`, `STA $0E80,`, `LDA ($10`: the operand ends where more must follow."""
    operand = instruction.operand
    ends = [at for at in range(1, len(operand)) if _is_open(operand[:at])]
    if not ends:
        return None
    return instruction.respell(operand=operand[: rng.choice(ends)].rstrip())


def _is_open(start: str) -> bool:
    opened = start.count("(") + start.count("[") - start.count(")") - start.count("]")
    return opened > 0 or start[-1] in "#$,+-!"


def swap_operand_parts(instruction: Instruction, rng: Random) -> str | None:
    """`STA X,$0E80` or `LDA $#10`: the right parts in the wrong order."""
    operand = instruction.operand
    choices = []
    index = re.fullmatch(r"(.+?)(,\s*)([XYSxys])", operand)
    if index and Shape.PAIR not in MODES_BY_MNEMONIC[instruction.name]:
        choices.append(f"{index[3]}{index[2]}{index[1]}")
    if operand.startswith("#$"):
        choices.append(f"$#{operand[2:]}")
    return instruction.respell(operand=rng.choice(choices)) if choices else None


def break_width(instruction: Instruction, rng: Random) -> str | None:
    """`LDA.b $0E80`, `STX.l $7E0010`, `LDX $7E0010`, `STA.q $10`: a width that can't be written."""
    choices = []
    modes = MODES_BY_MNEMONIC[instruction.name]
    number = _HEX.search(instruction.operand)
    sizes = {size for shape in modes.values() for mode in shape for size in mode.sizes_bytes}
    has_width = number is not None and not any(
        mode in _NO_WIDTH for shape in modes.values() for mode in shape
    )
    if number and has_width:
        choices.append((rng.choice(NO_SIZE_SUFFIXES), instruction.operand))
        if int(number[1], 16) > 0xFF:
            choices.append((".b", instruction.operand))
        if 3 not in sizes and "#" not in instruction.operand:
            choices.append((".l", instruction.operand))
            choices.append(
                ("", _HEX.sub(f"$7E{int(number[1], 16) & _LONGEST_WORD:04X}", instruction.operand))
            )
    if not choices:
        return None
    suffix, operand = rng.choice(choices)
    return instruction.respell(suffix=suffix, operand=operand)


_NO_WIDTH = (Mode.RELATIVE, Mode.RELATIVE_LONG, Mode.BLOCK_MOVE)


def break_number(instruction: Instruction, rng: Random) -> str | None:
    """`$0O1F`, `$1G`: a digit that is none."""
    number = _HEX.search(instruction.operand)
    if number is None:
        return None
    digits = list(number[1])
    zeros = [at for at, digit in enumerate(digits) if digit == "0"]
    if zeros and rng.random() < 0.5:
        digits[rng.choice(zeros)] = "O"
    else:
        digits[rng.randrange(len(digits))] = rng.choice(_NO_HEX)
    spelt = "$" + "".join(digits)
    return instruction.respell(operand=instruction.operand.replace(number[0], spelt, 1))


def break_index(instruction: Instruction, rng: Random) -> str | None:
    """`STA $0E80,Q`: an index register that the processor does not have."""
    if not _INDEX.search(instruction.operand):
        return None
    wrong = rng.choice(NO_INDEX_REGISTERS)
    return instruction.respell(
        operand=_INDEX.sub(lambda match: match[1] + wrong, instruction.operand, count=1)
    )


def toggle_immediate(instruction: Instruction, _rng: Random) -> str | None:
    """`LDA $10` for `LDA #$10` or the other way round: still assembles, another thing is loaded."""
    operand = instruction.operand
    shapes = MODES_BY_MNEMONIC[instruction.name]
    if operand.startswith("#$") and Shape.PLAIN in shapes:
        return instruction.respell(operand=operand[1:])
    if re.fullmatch(r"\$[0-9A-Fa-f]{2,4}", operand) and Shape.IMMEDIATE in shapes:
        return instruction.respell(operand="#" + operand)
    return None


INVALID: dict[str, CorruptCommand] = {
    "unknown mnemonic": respell_mnemonic,
    "impossible addressing mode": change_mode,
    "truncated operand": truncate_operand,
    "swapped operand parts": swap_operand_parts,
    "broken operand width": break_width,
    "bad hex digit": break_number,
    "unknown index register": break_index,
}
MISLEADING: dict[str, CorruptCommand] = {
    "confused mnemonic": confuse_mnemonic,
    "immediate sign": toggle_immediate,
}
