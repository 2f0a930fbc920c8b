"""A listing's commands, each with the hashes of its parts.

Owns how a line becomes commands and what is kept of each, among it whether it can be assembled at all.
Knows no neighbours and no weights.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from afs_engine.stages.discriminator.ngram.units import hash_word
from afs_engine.stages.scoring.assembly.lines import LONGEST_KEPT_LINE, cut_comment, read_line, skip_labels

LABEL = "\x04"
NO_OPERAND = hash_word("")
_LONGEST_COMMAND = 200
_NAME_SIGN = "\x05"

_JOINT = re.compile(r" :(?= )")
_HEX = re.compile(r"\$[0-9a-f]+")
_NAME = re.compile(r"[.!?]?[a-z_][\w.]+|\.\w+")
_HIDDEN_NAME = re.compile(r"(?<![$\w])[.!?]?[a-z_][\w.]{2,}")  # not the letters of a hexadecimal number
_NUMBER = re.compile(r"\b\d+\b")
_IMMEDIATE = re.compile(r"#\$[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Command:
    """A command's lower-case text and the hashes of its parts; a label is one too, of no name of its own.

    `shape` is its operand without names and digits, `number` its operand without the sign of an immediate.
    `letters` is the text whose n-grams are looked at: a name of the program says nothing of a fault.
    `index` is its index register, "" where it has none. `fault` is why no assembler takes it, "" where one
    may. `flags` is an immediate's low byte.
    """

    text: str
    letters: str
    name: str
    argument: str
    index: str
    fault: str
    word: int
    shape: int
    operand: int
    whole: int
    number: int
    immediate_digits: int
    flags: int


def read_commands(line: str) -> tuple[Command, ...]:
    """The commands of a line of code in their order."""
    return _read_kept(line) if len(line) <= LONGEST_KEPT_LINE else _read(line)


@lru_cache(maxsize=1 << 16)
def _read_kept(line: str) -> tuple[Command, ...]:
    return _read(line)


def _read(line: str) -> tuple[Command, ...]:
    cut = cut_comment(line)
    code = " ".join((line if cut is None else cut).split()).lower()
    found = []
    for part in _JOINT.split(code):
        text = part.strip()
        command = skip_labels(text)
        if command != text:
            found.append(_describe(LABEL, ""))  # a label's name says nothing, that one stands here does
        if command:
            found.append(_describe(command[:_LONGEST_COMMAND], read_line(command).fault or ""))
    return tuple(found)


def _describe(text: str, fault: str) -> Command:
    word, _, operand = text.partition(" ")
    shape = _HEX.sub(lambda match: "$" + "h" * (len(match[0]) - 1), operand)
    shape = _NUMBER.sub("d", _NAME.sub("n", shape)).replace(" ", "")
    digits = len(operand) - 2 if _IMMEDIATE.fullmatch(operand) else 0
    value = int(operand[2:][-2:], 16) if digits else 0
    name = word.partition(".")[0]
    letters = f"{word} {_HIDDEN_NAME.sub(_NAME_SIGN, operand)}" if operand else word
    return Command(
        text=text,
        letters=letters,
        name=name,
        argument=operand,
        index=_find_index(operand),
        fault=fault,
        word=hash_word(word),
        shape=hash_word(shape),
        operand=hash_word(operand),
        whole=hash_word(text),
        number=hash_word(operand.removeprefix("#")),
        immediate_digits=0 if word != name else digits,
        flags=value,
    )


def _find_index(operand: str) -> str:
    end = operand.replace(" ", "").rstrip(")]")[-2:]
    return end[1:] if end in (",x", ",y") else ""
