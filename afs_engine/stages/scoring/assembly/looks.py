"""What a line of an answer looks like before anyone knows whether the answer holds code.

Owns the difference between code and prose, line by line: English has `and`, `bit`, `per` and `inc`,
and a list item starts like a nameless label. Knows only how to read a line; the share of code in an
answer is `extraction.py`'s.
"""

import re
from enum import Enum
from functools import lru_cache

from afs_engine.stages.scoring.assembly.directives import TAKES_TEXT
from afs_engine.stages.scoring.assembly.lines import (
    KEPT_LINES,
    LONGEST_KEPT_LINE,
    cut_comment,
    read_line,
    skip_labels,
)
from afs_engine.stages.scoring.assembly.opcodes import MODES_BY_MNEMONIC


class Look(Enum):
    """The look of one line."""

    CERTAIN = "an instruction or data that no prose has, right or wrong"
    LIKELY = "code, or a heading or a word that could pass for it"
    SENTENCE = "three or more words in a row"
    OTHER = "anything else"
    EMPTY = "blank or a comment"


_ENGLISH = "AND BIT BRA COP DEC INC PER REP ROL SEC SED SEP TAX TRB"
_NOT_ENGLISH = sorted(MODES_BY_MNEMONIC.keys() - set(_ENGLISH.split()))
_CERTAIN = re.compile(
    rf"""(?:{"|".join(_NOT_ENGLISH)})(?:\.[bwl])?(?:\s+\S.*)?
       | (?:{_ENGLISH.replace(" ", "|")})(?:\.[bwl]\s+\S.*|\s+[#$\[(!<].*)
       | d[bwld]\s+[-#$%"'!(\d].* | d[bwld]\s+\S+\s*,.*
       | %\w+\(.*\)""",
    re.VERBOSE | re.IGNORECASE,
)
_LIKE_AN_INSTRUCTION = re.compile(
    r"""[A-Za-z]{2,5}(?:\.\w)?\s+(?:[#$(\[!%].*|\S+\s*,\s*\S+)      # MOV A,#$12
      | [A-Za-z]{3}(?:\.\w?)?(?:\s+\S+)?                           # LDA.q Foo""",
    re.VERBOSE,
)
_MEANT_AS_ONE = re.compile(
    rf"""(?:{"|".join(_NOT_ENGLISH)})(?:\.\w?)?\s+[#$(\[].*         # STA #$10, LDA.q ($10
       | [A-Za-z]{{2,5}}(?:\.\w)?\s+\#\$[0-9A-Fa-f]{{2,4}}(?:\s*,.*)?   # MOV #$12
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS_IN_A_ROW = re.compile(r"(?<![^\s(*_`])[A-Za-z][a-z']+(?:\s+[A-Za-z][a-z']*){2,}")


def look_at(line: str) -> Look:
    """What `line` looks like, read alone."""
    return _look_at_kept(line) if len(line) <= LONGEST_KEPT_LINE else _look_at_long(line)


def _look_at_long(line: str) -> Look:
    """Nobody writes an instruction that long; a table or a macro call may be."""
    reading = read_line(line)
    return Look.LIKELY if reading.assembles and reading.fault is None else Look.OTHER


@lru_cache(maxsize=KEPT_LINES)
def _look_at_kept(line: str) -> Look:
    cut = cut_comment(line)
    code = (line if cut is None else cut).strip()
    if not code:
        return Look.EMPTY
    takes_text = code.split(None, 1)[0].lower() in TAKES_TEXT
    if not takes_text and _WORDS_IN_A_ROW.search(code):
        return Look.SENTENCE
    commands = [skip_labels(part.strip()) for part in code.split(" : ")]
    if read_line(line).fault is not None:
        return _look_at_faulty(commands)
    if any(_CERTAIN.fullmatch(command) for command in commands):
        return Look.CERTAIN
    return Look.OTHER if takes_text and '"' not in code else Look.LIKELY


def _look_at_faulty(commands: list[str]) -> Look:
    if any(_MEANT_AS_ONE.fullmatch(command) for command in commands):
        return Look.CERTAIN
    return Look.LIKELY if any(_LIKE_AN_INSTRUCTION.fullmatch(command) for command in commands) else Look.OTHER
