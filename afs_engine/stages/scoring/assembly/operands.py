"""From the text of an operand to its written shape: `($12),Y` is `(n),y` around `$12`.

Owns what tells an indirect operand from one that merely has parentheses, and the size of a literal.
Follows asar 1.91: an operand wholly in one pair of parentheses is indirect. Knows neither mnemonics
nor which shapes they take.
"""

import re
from dataclasses import dataclass

from afs_engine.stages.scoring.assembly.expressions import WILDCARD, find_expression_fault
from afs_engine.stages.scoring.assembly.opcodes import Shape
from afs_engine.stages.scoring.assembly.verdict import FaultKind

_SPACED_SIGN = re.compile(r" ?([,()\[\]]) ?")
_INDEXED = (",x", ",y", ",s")
_LITERAL = re.compile(r"(?:\$([0-9A-Fa-f]+)|%([01]+)|(\d+))")


@dataclass(frozen=True, slots=True)
class Operand:
    """A readable operand: its shape, and value and written size where it is one literal number.

    A shape of None: nothing but a define or macro parameter, which may stand for any shape.
    """

    shape: Shape | None
    value: int | None = None
    size_bytes: int | None = None


def read_operand(text: str, takes_pair: bool) -> Operand | FaultKind:
    """The operand or its fault; `takes_pair` for block moves, whose comma is no index."""
    if not text.strip(WILDCARD):
        return Operand(None)
    if " " in text:
        text = _SPACED_SIGN.sub(r"\1", text)
    if takes_pair and "," in text and text[-2:].lower() not in _INDEXED:
        return _read_pair(text)
    shape, core = _split_shape(text)
    fault = find_expression_fault(core)
    if fault is not None:
        return _name_fault(core, shape) or fault
    return Operand(shape, *_read_literal(core))


def _read_pair(text: str) -> Operand | FaultKind:
    source, _, target = text.partition(",")
    fault = find_expression_fault(source) or find_expression_fault(target)
    return fault or Operand(Shape.PAIR)


def _split_shape(text: str) -> tuple[Shape, str]:
    """The shape and the expression inside it; what fits no other shape is `n`."""
    if text[0] == "#":
        return Shape.IMMEDIATE, text[1:]
    ending = text[-2:].lower()
    if ending == ",y":
        return _split_indexed_by_y(text[:-2])
    if ending == ",x":
        return Shape.PLAIN_X, text[:-2]
    if ending == ",s":
        return Shape.STACK, text[:-2]
    if text[0] == "[" and text[-1] == "]":
        return Shape.LONG_INDIRECT, text[1:-1]
    if text[0] == "(" and text[-1] == ")":
        return _split_parenthesised(text)
    return Shape.PLAIN, text


def _split_indexed_by_y(body: str) -> tuple[Shape, str]:
    if body[:1] == "(" and body[-1] == ")":
        if body[-3:-1].lower() == ",s":
            return Shape.STACK_INDIRECT_Y, body[1:-3]
        return Shape.INDIRECT_Y, body[1:-1]
    if body[:1] == "[" and body[-1] == "]":
        return Shape.LONG_INDIRECT_Y, body[1:-1]
    return Shape.PLAIN_Y, body


def _split_parenthesised(text: str) -> tuple[Shape, str]:
    if text[-3:-1].lower() == ",x":
        return Shape.X_INDIRECT, text[1:-3]
    if _is_one_pair(text):
        return Shape.INDIRECT, text[1:-1]
    return Shape.PLAIN, text


def _is_one_pair(text: str) -> bool:
    """Whether the first parenthesis is closed by the last: true of `(a+b)`, not of `(a)*(b)`."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


_WRONG_INDEX = re.compile(r".*,([A-Za-z]\w*)\)?\]?")


def _name_fault(core: str, shape: Shape) -> FaultKind | None:
    """Tells `$12,Q`, `($12,Y)` and the cut off `$12,` and `[$12` from other bad operands."""
    if core.endswith(",") or (core[:1] == "[" and "]" not in core):
        return FaultKind.TRUNCATED
    wrong = _WRONG_INDEX.fullmatch(core)
    if wrong is None:
        return None
    known = wrong[1].lower() in ("x", "y", "s")
    return FaultKind.ADDRESSING_MODE if known or shape is not Shape.PLAIN else FaultKind.INDEX_REGISTER


def _read_literal(core: str) -> tuple[int | None, int | None]:
    """Value and size of a lone number: hex and binary by its digits, decimal by its value."""
    match = _LITERAL.fullmatch(core)
    if match is None:
        return None, None
    hexadecimal, binary, decimal = match.groups()
    if hexadecimal:
        return int(hexadecimal, 16), min((len(hexadecimal) + 1) // 2, 3)
    if binary:
        return int(binary, 2), min((len(binary) + 7) // 8, 3)
    value = int(decimal[:12])
    return value, 1 if value < 0x100 else 2 if value < 0x10000 else 3
