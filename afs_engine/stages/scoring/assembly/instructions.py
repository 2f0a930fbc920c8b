"""Is this a 65816 instruction: a known mnemonic with an operand it can have?

Owns the rule that joins the opcode table with a read operand, and the size suffixes `.b .w .l`.
Sizes follow asar 1.91 with one addition: asar cuts a literal that does not fit `.b` (`LDA.b #$1234`
assembles as `LDA #$34`), and here that is a fault. A longer literal under `.w` only loses its bank
byte, which programs mean (`LDA.w #$7EF340`). A label's size is not known, so it fits.
"""

from afs_engine.stages.scoring.assembly.opcodes import MODES_BY_MNEMONIC, Mode, Shape
from afs_engine.stages.scoring.assembly.operands import Operand, read_operand
from afs_engine.stages.scoring.assembly.verdict import FaultKind

_SUFFIX_BYTES = {"b": 1, "w": 2, "l": 3, "d": 4}
"""asar's suffixes; `.d` is deprecated there and no operand of an instruction has four bytes."""

_SIZED_BY_FLAG = (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X)
_SIZE_IGNORED = (Mode.RELATIVE, Mode.RELATIVE_LONG, Mode.REPEATED, Mode.BLOCK_MOVE)
_LARGEST_BYTE = 0xFF


def find_instruction_fault(word: str, operand: str) -> FaultKind | None:
    """The fault of an instruction of `word` (mnemonic, perhaps with suffix) and `operand`, or None."""
    name, dot, suffix = word.partition(".")
    shapes = MODES_BY_MNEMONIC.get(name.upper())
    if shapes is None:
        return FaultKind.UNKNOWN_MNEMONIC
    size_bytes = _SUFFIX_BYTES.get(suffix.lower()) if dot else None
    if dot and size_bytes is None:
        return FaultKind.BAD_SUFFIX
    if not operand or operand in ("A", "a"):
        return _find_bare_fault(shapes, operand, bool(dot))
    read = read_operand(operand, takes_pair=Shape.PAIR in shapes)
    if isinstance(read, FaultKind):
        return read
    if read.shape is None:
        return None
    modes = shapes.get(read.shape)
    if modes is None:
        return FaultKind.ADDRESSING_MODE
    return _find_size_fault(modes, read, size_bytes)


def _find_bare_fault(
    shapes: dict[Shape, tuple[Mode, ...]], operand: str, has_suffix: bool
) -> FaultKind | None:
    if operand:
        known = Shape.ACCUMULATOR in shapes and not has_suffix
        return None if known else FaultKind.ADDRESSING_MODE
    if Shape.NOTHING not in shapes:
        return FaultKind.TRUNCATED
    return FaultKind.BAD_SUFFIX if has_suffix else None


def _find_size_fault(modes: tuple[Mode, ...], operand: Operand, suffix_bytes: int | None) -> FaultKind | None:
    if modes[0] in _SIZE_IGNORED:
        return None
    value = operand.value
    if suffix_bytes == 1 and value is not None and value > _LARGEST_BYTE:
        return FaultKind.TOO_WIDE
    if modes[0] in _SIZED_BY_FLAG:
        return None
    if suffix_bytes is not None:
        return None if _takes_suffix(modes, suffix_bytes) else FaultKind.BAD_SUFFIX
    longest_bytes = max(max(mode.sizes_bytes) for mode in modes)
    fits = operand.size_bytes is None or operand.size_bytes <= longest_bytes
    return None if fits else FaultKind.TOO_WIDE


def _takes_suffix(modes: tuple[Mode, ...], suffix_bytes: int) -> bool:
    """asar takes `.b` before `n,y` too and writes the two bytes that mode has."""
    sizes_bytes = {size for mode in modes for size in mode.sizes_bytes}
    return suffix_bytes in sizes_bytes or (suffix_bytes == 1 and modes == (Mode.ABSOLUTE_Y,))
