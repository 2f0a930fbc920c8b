"""The opcode table against the datasheet's facts, and every opcode through the instruction check."""

import pytest

from afs_engine.stages.scoring.assembly.instructions import find_instruction_fault
from afs_engine.stages.scoring.assembly.opcodes import (
    ALIASES,
    MODES_BY_MNEMONIC,
    OPCODES,
    Mode,
    Opcode,
    Shape,
)

SIZES = {0: "", 1: "$12", 2: "$1234", 3: "$123456"}


def write_operand(mode: Mode) -> str:
    """The canonical operand of a mode, with a literal as wide as the mode takes."""
    if mode is Mode.BLOCK_MOVE:
        return "$7E,$7F"
    literal = "4" if mode is Mode.REPEATED else SIZES[max(mode.sizes_bytes)]
    return mode.shape.value.replace("n", literal)


def test_there_are_256_opcodes_in_order_and_92_names() -> None:
    assert [opcode.code for opcode in OPCODES] == list(range(256))
    assert len({(opcode.mnemonic, opcode.mode) for opcode in OPCODES}) == 256
    assert len(MODES_BY_MNEMONIC) == 92


@pytest.mark.parametrize(
    ("code", "mnemonic", "mode"),
    [
        (0x00, "BRK", Mode.IMMEDIATE_BYTE),
        (0x22, "JSL", Mode.ABSOLUTE_LONG),
        (0x44, "MVP", Mode.BLOCK_MOVE),
        (0x54, "MVN", Mode.BLOCK_MOVE),
        (0x62, "PER", Mode.RELATIVE_LONG),
        (0x7C, "JMP", Mode.ABSOLUTE_X_INDIRECT),
        (0x82, "BRL", Mode.RELATIVE_LONG),
        (0x89, "BIT", Mode.IMMEDIATE_M),
        (0x96, "STX", Mode.DIRECT_Y),
        (0xA2, "LDX", Mode.IMMEDIATE_X),
        (0xA9, "LDA", Mode.IMMEDIATE_M),
        (0xB3, "LDA", Mode.STACK_RELATIVE_INDIRECT_Y),
        (0xB7, "LDA", Mode.DIRECT_INDIRECT_LONG_Y),
        (0xBF, "LDA", Mode.ABSOLUTE_LONG_X),
        (0xC2, "REP", Mode.IMMEDIATE_BYTE),
        (0xDC, "JML", Mode.ABSOLUTE_INDIRECT_LONG),
        (0xEB, "XBA", Mode.IMPLIED),
        (0xFC, "JSR", Mode.ABSOLUTE_X_INDIRECT),
        (0xFF, "SBC", Mode.ABSOLUTE_LONG_X),
    ],
)
def test_known_opcodes_are_where_the_datasheet_has_them(code: int, mnemonic: str, mode: Mode) -> None:
    assert OPCODES[code] == Opcode(code, mnemonic, mode)


@pytest.mark.parametrize(
    "opcode", [*OPCODES, *ALIASES], ids=lambda o: f"{o.code:02X}-{o.mnemonic}-{o.mode.name}"
)
def test_every_opcode_is_accepted_as_it_is_written(opcode: Opcode) -> None:
    operand = write_operand(opcode.mode)
    for name in (opcode.mnemonic, opcode.mnemonic.lower()):
        assert find_instruction_fault(name, operand) is None
        assert find_instruction_fault(name, operand.upper()) is None


@pytest.mark.parametrize("shape", list(Shape), ids=lambda shape: shape.name)
def test_a_shape_is_accepted_by_the_mnemonics_that_have_it_and_no_other(shape: Shape) -> None:
    operand = shape.value.replace("n", "$12") if shape is not Shape.PAIR else "$12,$34"
    accepted = {name for name in MODES_BY_MNEMONIC if find_instruction_fault(name, operand) is None}
    assert accepted == {name for name, shapes in MODES_BY_MNEMONIC.items() if shape in shapes}


@pytest.mark.parametrize("suffix", ["b", "w", "l"])
def test_a_size_suffix_is_taken_where_the_datasheet_has_that_size(suffix: str) -> None:
    size = {"b": 1, "w": 2, "l": 3}[suffix]
    memory = (Shape.PLAIN, Shape.PLAIN_X, Shape.INDIRECT, Shape.LONG_INDIRECT, Shape.STACK)
    free = (Mode.RELATIVE, Mode.RELATIVE_LONG)
    for name, shapes in MODES_BY_MNEMONIC.items():
        for shape in memory:
            modes = [mode for mode in shapes.get(shape, ()) if name not in ("MVN", "MVP")]
            has_size = any(size in mode.sizes_bytes or mode in free for mode in modes)
            accepted = find_instruction_fault(f"{name}.{suffix}", shape.value.replace("n", "$12")) is None
            assert accepted == has_size or name in ("MVN", "MVP"), (name, shape)
