"""An assembly line taken apart: code, comment, and what kind of comment it is.

Owns asar's line syntax and the judgement whether a comment tells a reader something. Knows nothing
of labels' bodies or samples.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MNEMONIC_LIST = """
    ADC AND ASL BCC BCS BEQ BIT BMI BNE BPL BRA BRK BRL BVC BVS CLC CLD CLI CLV CMP COP CPX CPY DEC DEX
    DEY EOR INC INX INY JML JMP JSL JSR LDA LDX LDY LSR MVN MVP NOP ORA PEA PEI PER PHA PHB PHD PHK PHP
    PHX PHY PLA PLB PLD PLP PLX PLY REP ROL ROR RTI RTL RTS SBC SEC SED SEI SEP STA STP STX STY STZ TAX
    TAY TCD TCS TDC TRB TSB TSC TSX TXA TXS TXY TYA TYX WAI WDM XBA XCE
"""
MNEMONICS = frozenset(_MNEMONIC_LIST.split())
DATA_DIRECTIVES = frozenset(["db", "dw", "dl", "dd", "incbin", "fill", "fillbyte", "pad"])
_MARKER = re.compile(r"^\s*#_[0-9A-Fa-f]{4,6}o?:\s?")
_BORDER = re.compile(r"^\s*([=\-*#~_])\1{3,}+[\W_]*$")
_ANNOTATION = re.compile(r"(?:^|\s)@\w+.*$")
_NUMBER = re.compile(r"[$#%][\w.]+|\b0x\w+|\b\w*\d\w*\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CODE_LIKE = re.compile(
    r"^(?:(?:db|dw|dl|dd|org|base|skip|pushpc|pullpc|incsrc|incbin|assert|warnpc|print|if|elseif)\s*[^a-z\s]"
    r"|[!%]\w+\s*(?:[#:?+]?=|\()|[.+-]*\w*:?$|\w+\s*=\s*[$%!#\d])"
)
_OPERATION = re.compile(
    r"^(?P<op>[A-Z]{3})(?:\.[bwl])?(?:\s+(?:[#$!(%\[.+-].*|[A-Za-z_]\w*(?:[+-]\d+)?(?:,\s*[XYS])?\s*(?:[:;].*)?))?$"
)
_TAG = re.compile(r"^(?:TODO|FIXME|XXX|NOTE|HACK)\b\W*$", re.I)


@dataclass(frozen=True, slots=True)
class AsmLine:
    """A line: `code` without comment and trailing space, `comment` without its `;`, None where there is none.

    `number` is 1-based. Address markers of a disassembly (`#_0CF9E6: `) are taken off the code.
    """

    number: int
    code: str
    comment: str | None

    @property
    def statement(self) -> str:
        """The code without indentation."""
        return self.code.strip()

    @property
    def is_blank(self) -> bool:
        return not self.code and self.comment is None

    @property
    def is_comment(self) -> bool:
        """A comment with no code before it."""
        return not self.statement and self.comment is not None

    @property
    def is_border(self) -> bool:
        """A comment line that only draws a line: `; =====`."""
        return self.is_comment and bool(_BORDER.match(self.comment or ""))

    @property
    def text(self) -> str:
        """The line as it is shown in an answer."""
        if self.comment is None:
            return self.code
        return f"{self.code} ;{self.comment}" if self.statement else f"{self.code};{self.comment}"


def read_asm(lines: Iterable[str]) -> list[AsmLine]:
    """Every line of a file, taken apart."""
    return [_take_apart(number, line) for number, line in enumerate(lines, start=1)]


def _take_apart(number: int, line: str) -> AsmLine:
    code, comment = _split_comment(line.expandtabs(2))
    marker = _MARKER.match(code)
    if marker:
        code = " " * (len(code) - len(code.lstrip())) + code[marker.end() :]
    is_indented_comment = not code.strip() and comment is not None
    return AsmLine(number, code if is_indented_comment else code.rstrip(), comment)


def _split_comment(line: str) -> tuple[str, str | None]:
    """Code and comment; a `;` in quotes is text."""
    if ";" not in line:
        return line.rstrip(), None
    quoted = False
    for position, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ";" and not quoted and line[position - 1 : position + 2] != "';'":
            return line[:position], line[position + 1 :].rstrip()
    return line.rstrip(), None


def told(comment: str | None) -> str:
    """A comment without tool annotations (`@hook ...`) and surrounding decoration."""
    return _ANNOTATION.sub("", comment or "").strip().strip("=-*#~ ").strip()


def is_meaningful(comment: str | None) -> bool:
    """Whether a comment says something in words: no separator, number, annotation or disabled code."""
    text = told(comment)
    if not text or _TAG.match(text) or _CODE_LIKE.match(text) or _is_disabled_operation(text):
        return False
    return bool(_WORD.search(_NUMBER.sub(" ", text)))


def _is_disabled_operation(text: str) -> bool:
    """`LDA.b #$21 : JSL Sound` is code put aside; `AND the mask in` is a sentence."""
    operation = _OPERATION.match(text)
    return operation is not None and operation["op"] in MNEMONICS


def first_token(statement: str) -> str:
    """The operation or directive that a statement starts with, without its width suffix."""
    token = statement.split(maxsplit=1)[0] if statement else ""
    return token if token.startswith((".", "%", "!", "+", "-")) else re.split(r"[.:]", token, maxsplit=1)[0]
