"""The 65816's instruction set: 256 opcodes as mnemonic and addressing mode.

Source of the table: WDC W65C816S datasheet, opcode matrix and addressing modes; the names of modes
below are the datasheet's. PEA, PEI and PER are listed by how asar writes their operand. `ALIASES`
holds the further spellings asar 1.91 takes. Knows nothing of how a line of source is read.
"""

from dataclasses import dataclass
from enum import Enum, unique


class Shape(Enum):
    """How an operand is written; `n` is any expression."""

    NOTHING = ""
    ACCUMULATOR = "A"
    IMMEDIATE = "#n"
    PLAIN = "n"
    PLAIN_X = "n,x"
    PLAIN_Y = "n,y"
    STACK = "n,s"
    INDIRECT = "(n)"
    X_INDIRECT = "(n,x)"
    INDIRECT_Y = "(n),y"
    STACK_INDIRECT_Y = "(n,s),y"
    LONG_INDIRECT = "[n]"
    LONG_INDIRECT_Y = "[n],y"
    PAIR = "n,n"


@unique
class Mode(Enum):
    """An addressing mode: its written shape, the operand sizes it can have, and what sets them."""

    IMPLIED = (Shape.NOTHING, (0,))
    ACCUMULATOR = (Shape.ACCUMULATOR, (0,))
    IMMEDIATE_BYTE = (Shape.IMMEDIATE, (1,))
    IMMEDIATE_M = (Shape.IMMEDIATE, (1, 2), "size set by flag M")
    IMMEDIATE_X = (Shape.IMMEDIATE, (1, 2), "size set by flag X")
    REPEATED = (Shape.IMMEDIATE, (0,), "asar writes the opcode n times")
    DIRECT = (Shape.PLAIN, (1,))
    DIRECT_X = (Shape.PLAIN_X, (1,))
    DIRECT_Y = (Shape.PLAIN_Y, (1,))
    DIRECT_INDIRECT = (Shape.INDIRECT, (1,))
    DIRECT_INDIRECT_LONG = (Shape.LONG_INDIRECT, (1,))
    DIRECT_X_INDIRECT = (Shape.X_INDIRECT, (1,))
    DIRECT_INDIRECT_Y = (Shape.INDIRECT_Y, (1,))
    DIRECT_INDIRECT_LONG_Y = (Shape.LONG_INDIRECT_Y, (1,))
    STACK_RELATIVE = (Shape.STACK, (1,))
    STACK_RELATIVE_INDIRECT_Y = (Shape.STACK_INDIRECT_Y, (1,))
    ABSOLUTE = (Shape.PLAIN, (2,))
    ABSOLUTE_X = (Shape.PLAIN_X, (2,))
    ABSOLUTE_Y = (Shape.PLAIN_Y, (2,))
    ABSOLUTE_LONG = (Shape.PLAIN, (3,))
    ABSOLUTE_LONG_X = (Shape.PLAIN_X, (3,))
    ABSOLUTE_INDIRECT = (Shape.INDIRECT, (2,))
    ABSOLUTE_INDIRECT_LONG = (Shape.LONG_INDIRECT, (2,))
    ABSOLUTE_X_INDIRECT = (Shape.X_INDIRECT, (2,))
    RELATIVE = (Shape.PLAIN, (1,), "the operand is a target, not a distance")
    RELATIVE_LONG = (Shape.PLAIN, (2,), "the operand is a target, not a distance")
    BLOCK_MOVE = (Shape.PAIR, (2,))

    def __init__(self, shape: Shape, sizes_bytes: tuple[int, ...], note: str = "") -> None:
        self.shape = shape
        self.sizes_bytes = sizes_bytes
        self.note = note


@dataclass(frozen=True, slots=True)
class Opcode:
    """One instruction: the byte it assembles to, its name and its addressing mode."""

    code: int
    mnemonic: str
    mode: Mode


_MODE_CODES = {
    "i": Mode.IMPLIED,
    "A": Mode.ACCUMULATOR,
    "#": Mode.IMMEDIATE_BYTE,
    "#m": Mode.IMMEDIATE_M,
    "#x": Mode.IMMEDIATE_X,
    "d": Mode.DIRECT,
    "d,x": Mode.DIRECT_X,
    "d,y": Mode.DIRECT_Y,
    "(d)": Mode.DIRECT_INDIRECT,
    "[d]": Mode.DIRECT_INDIRECT_LONG,
    "(d,x)": Mode.DIRECT_X_INDIRECT,
    "(d),y": Mode.DIRECT_INDIRECT_Y,
    "[d],y": Mode.DIRECT_INDIRECT_LONG_Y,
    "d,s": Mode.STACK_RELATIVE,
    "(d,s),y": Mode.STACK_RELATIVE_INDIRECT_Y,
    "a": Mode.ABSOLUTE,
    "a,x": Mode.ABSOLUTE_X,
    "a,y": Mode.ABSOLUTE_Y,
    "al": Mode.ABSOLUTE_LONG,
    "al,x": Mode.ABSOLUTE_LONG_X,
    "(a)": Mode.ABSOLUTE_INDIRECT,
    "[a]": Mode.ABSOLUTE_INDIRECT_LONG,
    "(a,x)": Mode.ABSOLUTE_X_INDIRECT,
    "r": Mode.RELATIVE,
    "rl": Mode.RELATIVE_LONG,
    "xyc": Mode.BLOCK_MOVE,
}

# One row for eight opcodes, $00 first; each entry is a mnemonic and a code of `_MODE_CODES`.
_MATRIX = """
BRK #   | ORA (d,x) | COP #   | ORA d,s     | TSB d   | ORA d   | ASL d   | ORA [d]
PHP i   | ORA #m    | ASL A   | PHD i       | TSB a   | ORA a   | ASL a   | ORA al
BPL r   | ORA (d),y | ORA (d) | ORA (d,s),y | TRB d   | ORA d,x | ASL d,x | ORA [d],y
CLC i   | ORA a,y   | INC A   | TCS i       | TRB a   | ORA a,x | ASL a,x | ORA al,x
JSR a   | AND (d,x) | JSL al  | AND d,s     | BIT d   | AND d   | ROL d   | AND [d]
PLP i   | AND #m    | ROL A   | PLD i       | BIT a   | AND a   | ROL a   | AND al
BMI r   | AND (d),y | AND (d) | AND (d,s),y | BIT d,x | AND d,x | ROL d,x | AND [d],y
SEC i   | AND a,y   | DEC A   | TSC i       | BIT a,x | AND a,x | ROL a,x | AND al,x
RTI i   | EOR (d,x) | WDM #   | EOR d,s     | MVP xyc | EOR d   | LSR d   | EOR [d]
PHA i   | EOR #m    | LSR A   | PHK i       | JMP a   | EOR a   | LSR a   | EOR al
BVC r   | EOR (d),y | EOR (d) | EOR (d,s),y | MVN xyc | EOR d,x | LSR d,x | EOR [d],y
CLI i   | EOR a,y   | PHY i   | TCD i       | JML al  | EOR a,x | LSR a,x | EOR al,x
RTS i   | ADC (d,x) | PER rl  | ADC d,s     | STZ d   | ADC d   | ROR d   | ADC [d]
PLA i   | ADC #m    | ROR A   | RTL i       | JMP (a) | ADC a   | ROR a   | ADC al
BVS r   | ADC (d),y | ADC (d) | ADC (d,s),y | STZ d,x | ADC d,x | ROR d,x | ADC [d],y
SEI i   | ADC a,y   | PLY i   | TDC i       | JMP (a,x) | ADC a,x | ROR a,x | ADC al,x
BRA r   | STA (d,x) | BRL rl  | STA d,s     | STY d   | STA d   | STX d   | STA [d]
DEY i   | BIT #m    | TXA i   | PHB i       | STY a   | STA a   | STX a   | STA al
BCC r   | STA (d),y | STA (d) | STA (d,s),y | STY d,x | STA d,x | STX d,y | STA [d],y
TYA i   | STA a,y   | TXS i   | TXY i       | STZ a   | STA a,x | STZ a,x | STA al,x
LDY #x  | LDA (d,x) | LDX #x  | LDA d,s     | LDY d   | LDA d   | LDX d   | LDA [d]
TAY i   | LDA #m    | TAX i   | PLB i       | LDY a   | LDA a   | LDX a   | LDA al
BCS r   | LDA (d),y | LDA (d) | LDA (d,s),y | LDY d,x | LDA d,x | LDX d,y | LDA [d],y
CLV i   | LDA a,y   | TSX i   | TYX i       | LDY a,x | LDA a,x | LDX a,y | LDA al,x
CPY #x  | CMP (d,x) | REP #   | CMP d,s     | CPY d   | CMP d   | DEC d   | CMP [d]
INY i   | CMP #m    | DEX i   | WAI i       | CPY a   | CMP a   | DEC a   | CMP al
BNE r   | CMP (d),y | CMP (d) | CMP (d,s),y | PEI (d) | CMP d,x | DEC d,x | CMP [d],y
CLD i   | CMP a,y   | PHX i   | STP i       | JML [a] | CMP a,x | DEC a,x | CMP al,x
CPX #x  | SBC (d,x) | SEP #   | SBC d,s     | CPX d   | SBC d   | INC d   | SBC [d]
INX i   | SBC #m    | NOP i   | XBA i       | CPX a   | SBC a   | INC a   | SBC al
BEQ r   | SBC (d),y | SBC (d) | SBC (d,s),y | PEA a   | SBC d,x | INC d,x | SBC [d],y
SED i   | SBC a,y   | PLX i   | XCE i       | JSR (a,x) | SBC a,x | INC a,x | SBC al,x
"""


def _read_matrix(matrix: str) -> tuple[Opcode, ...]:
    entries = [entry.split() for row in matrix.strip().splitlines() for entry in row.split("|")]
    return tuple(Opcode(code, name, _MODE_CODES[mode]) for code, (name, mode) in enumerate(entries))


OPCODES = _read_matrix(_MATRIX)

_REPEATABLE = ["ASL", "LSR", "ROL", "ROR", "INC", "DEC", "INX", "DEX", "INY", "DEY", "NOP"]
_BY_NAME = {(opcode.mnemonic, opcode.mode): opcode.code for opcode in OPCODES}


def _list_aliases() -> tuple[Opcode, ...]:
    """`ASL` for `ASL A`, `BRK` for `BRK #0`, `JMP [n]` for `JML [n]`, `MVN $7E7F`, `ASL #4`."""
    accumulator = [Opcode(o.code, o.mnemonic, Mode.IMPLIED) for o in OPCODES if o.mode is Mode.ACCUMULATOR]
    bare = [Opcode(code, name, Mode.IMPLIED) for name, code in (("BRK", 0x00), ("COP", 0x02), ("WDM", 0x42))]
    block = [Opcode(o.code, o.mnemonic, Mode.ABSOLUTE) for o in OPCODES if o.mode is Mode.BLOCK_MOVE]
    one = {o.mnemonic: o.code for o in OPCODES if o.mode in (Mode.ACCUMULATOR, Mode.IMPLIED)}
    repeated = [Opcode(one[name], name, Mode.REPEATED) for name in _REPEATABLE]
    jump = Opcode(_BY_NAME["JML", Mode.ABSOLUTE_INDIRECT_LONG], "JMP", Mode.ABSOLUTE_INDIRECT_LONG)
    return (*accumulator, *bare, *block, *repeated, jump)


ALIASES = _list_aliases()


def _list_modes() -> dict[str, dict[Shape, tuple[Mode, ...]]]:
    table: dict[str, dict[Shape, tuple[Mode, ...]]] = {}
    for opcode in (*OPCODES, *ALIASES):
        shapes = table.setdefault(opcode.mnemonic, {})
        shapes[opcode.mode.shape] = (*shapes.get(opcode.mode.shape, ()), opcode.mode)
    return table


MODES_BY_MNEMONIC = _list_modes()
"""Upper-case mnemonic -> written shape -> the modes that shape can mean."""
