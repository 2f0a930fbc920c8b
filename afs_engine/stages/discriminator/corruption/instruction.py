"""Where the instructions of a listing stand, so that one of them can be rewritten and nothing else.

Owns the span of a command in its line: after labels, before the comment, between ` : `. Knows no
corruption.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from afs_engine.stages.scoring.assembly.extraction import find_code
from afs_engine.stages.scoring.assembly.lines import cut_comment, skip_labels
from afs_engine.stages.scoring.assembly.opcodes import MODES_BY_MNEMONIC

_INSTRUCTION = re.compile(r"([A-Za-z]{3})(\.[A-Za-z])?(?:([ \t]+)(\S.*))?")
_COMMANDS = re.compile(r"(?:^| :(?= ))((?:(?! : ).)*)")


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction in columns `start` to `end` of line `row`; `suffix` is "" or like ".w"."""

    row: int
    start: int
    end: int
    mnemonic: str
    suffix: str
    gap: str
    operand: str

    @property
    def name(self) -> str:
        return self.mnemonic.upper()

    def respell(
        self, mnemonic: str | None = None, suffix: str | None = None, operand: str | None = None
    ) -> str:
        """The instruction with these parts replaced; a new mnemonic takes the old one's case."""
        name = self.mnemonic if mnemonic is None else mnemonic
        if mnemonic is not None:
            name = name.upper() if self.mnemonic.isupper() else name.lower()
        rest = self.operand if operand is None else operand
        return (
            name + (self.suffix if suffix is None else suffix) + (f"{self.gap or ' '}{rest}" if rest else "")
        )

    def put_into(self, lines: Sequence[str], command: str) -> list[str]:
        """The listing with `command` in this instruction's place."""
        line = lines[self.row]
        return [*lines[: self.row], line[: self.start] + command + line[self.end :], *lines[self.row + 1 :]]


def find_instructions(lines: Sequence[str]) -> list[Instruction]:
    """Every instruction of the code in `lines`; prose around it is passed over."""
    rows = {line.number - 1 for line in find_code("\n".join(lines))}
    return [found for row in sorted(rows) for found in _read_row(row, lines[row])]


def _read_row(row: int, line: str) -> list[Instruction]:
    code = cut_comment(line)
    found = []
    for part in _COMMANDS.finditer(code or ""):
        command = skip_labels(part[1].strip())
        match = _INSTRUCTION.fullmatch(command)
        if match and match[1].upper() in MODES_BY_MNEMONIC:
            end = part.end(1) - len(part[1]) + len(part[1].rstrip())
            span = (end - len(command), end)
            found.append(Instruction(row, *span, match[1], match[2] or "", match[3] or "", match[4] or ""))
    return found
