"""What an assembly check answers: the faults it found and the score that follows from them.

Owns the kinds of fault, the verdict and the score's formula. Knows nothing of 65816 syntax, of asar
or of how the code was found in an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

CheckedBy = Literal["built-in", "asar"]

SCORE_OF_NEARLY_RIGHT = 0.5
"""Code with a fault does not assemble, so one bad line in a thousand still costs half the score."""


class FaultKind(StrEnum):
    """Why a line can't be assembled, in a reader's words."""

    UNKNOWN_MNEMONIC = "unknown mnemonic"
    ADDRESSING_MODE = "no such addressing mode"
    INDEX_REGISTER = "no such index register"
    BAD_NUMBER = "bad number"
    BAD_OPERAND = "bad operand"
    TRUNCATED = "truncated operand"
    TOO_WIDE = "operand too wide"
    BAD_SUFFIX = "bad size suffix"
    BAD_LABEL = "bad label"
    BAD_DIRECTIVE = "bad directive"
    BAD_MACRO = "bad macro"
    OPEN_QUOTE = "quote not closed"
    REFUSED_BY_ASAR = "refused by asar"
    TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class AssemblyError:
    """One fault: the 1-based line in the answer, its kind, and the line or asar's own message."""

    line: int
    kind: FaultKind
    text: str


@dataclass(frozen=True, slots=True)
class AssemblyVerdict:
    """The check of one answer.

    `applies` is False where the answer holds no assembly. `lines_checked` counts lines that assemble
    to something (instructions, data, macro calls) and faulty lines, not comments, labels or defines.
    `score` is in [0, 1]; None means "not measured", and is what a snippet without such lines gets.
    """

    applies: bool
    lines_checked: int
    errors: tuple[AssemblyError, ...]
    score: float | None
    checked_by: CheckedBy


def score_lines(lines_checked: int, faulty_lines: int) -> float | None:
    """1.0 without a fault, else half of the share of good lines; None where nothing was checked."""
    if lines_checked <= 0:
        return None
    if faulty_lines <= 0:
        return 1.0
    return SCORE_OF_NEARLY_RIGHT * (1.0 - min(faulty_lines / lines_checked, 1.0))


def judge_code(code_lines: int, errors: Iterable[AssemblyError], checked_by: CheckedBy) -> AssemblyVerdict:
    """The verdict on code; `code_lines` counts good and faulty lines that assemble to something."""
    found = tuple(sorted(errors, key=lambda error: error.line))
    faulty = len({error.line for error in found})
    checked = max(code_lines, faulty)
    return AssemblyVerdict(True, checked, found, score_lines(checked, faulty), checked_by)


def no_assembly(checked_by: CheckedBy = "built-in") -> AssemblyVerdict:
    """The verdict on prose: the check takes no part."""
    return AssemblyVerdict(False, 0, (), None, checked_by)
