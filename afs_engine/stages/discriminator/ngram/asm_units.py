"""Assembly as units: one command each, with what stands before and after it.

Owns the marks that tell a command in its place from one that is not: its own form, its neighbours, the
register width that REP and SEP have set, and whether it was there before. Knows no weights.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.ngram.units import (
    Features,
    Units,
    find_ngrams,
    gather_units,
    hash_word,
    mix,
    start_texts,
)
from afs_engine.stages.scoring.assembly.extraction import CodeLine
from afs_engine.stages.scoring.assembly.lines import LONGEST_KEPT_LINE, cut_comment, skip_labels

_NGRAM_SIZES = (2, 3, 4, 5)
_LONGEST_COMMAND = 200
_GAP = 2  # commands looked at before and after; as many blanks part two texts
_START, _END = "\x02", "\x03"
_LABEL = "\x04"
_NAME_SIGN = "\x05"
_MOST_SEEN = 3
_NO_OPERAND = np.uint64(hash_word(""))

_JOINT = re.compile(r" :(?= )")
_HEX = re.compile(r"\$[0-9a-f]+")
_NAME = re.compile(r"[.!?]?[a-z_][\w.]+|\.\w+")
_HIDDEN_NAME = re.compile(r"(?<![$\w])[.!?]?[a-z_][\w.]{2,}")  # not the letters of a hexadecimal number
_NUMBER = re.compile(r"\b\d+\b")
_IMMEDIATE = re.compile(r"#\$[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class _Command:
    """A command's text and the hashes of its parts; `shape` is its operand without names and digits.

    `letters` is the text whose n-grams are looked at: a name of the program says nothing of a fault.
    """

    text: str
    letters: str
    name: str
    word: int
    shape: int
    operand: int
    whole: int
    immediate_digits: int
    flags: int


def read_assembly(listings: Sequence[Sequence[CodeLine]]) -> Units:
    """The units of many listings."""
    texts = [[command for line in lines for command in _read_line(line.text)] for lines in listings]
    commands = [command for text in texts for command in text]
    features = [*_list_ngrams(commands), *_list_marks(commands, start_texts(texts)), _list_states(texts)]
    return gather_units(features, [command.whole for command in commands], texts)


def _read_line(line: str) -> tuple[_Command, ...]:
    return _read_kept(line) if len(line) <= LONGEST_KEPT_LINE else _read(line)


@lru_cache(maxsize=1 << 16)
def _read_kept(line: str) -> tuple[_Command, ...]:
    return _read(line)


def _read(line: str) -> tuple[_Command, ...]:
    cut = cut_comment(line)
    code = " ".join((line if cut is None else cut).split()).lower()
    found = []
    for part in _JOINT.split(code):
        text = part.strip()
        command = skip_labels(text)
        if command != text:
            found.append(_LABEL)  # a label's name says nothing, that one stands here does
        if command:
            found.append(command[:_LONGEST_COMMAND])
    return tuple(_describe(text) for text in found)


def _describe(text: str) -> _Command:
    word, _, operand = text.partition(" ")
    shape = _HEX.sub(lambda match: "$" + "h" * (len(match[0]) - 1), operand)
    shape = _NUMBER.sub("d", _NAME.sub("n", shape)).replace(" ", "")
    digits = len(operand) - 2 if _IMMEDIATE.fullmatch(operand) else 0
    value = int(operand[2:][-2:], 16) if digits else 0
    name = word.partition(".")[0]
    letters = f"{word} {_HIDDEN_NAME.sub(_NAME_SIGN, operand)}" if operand else word
    hashes = (hash_word(word), hash_word(shape), hash_word(operand), hash_word(text))
    return _Command(text, letters, name, *hashes, 0 if word != name else digits, value)


def _list_ngrams(commands: Sequence[_Command]) -> list[Features]:
    """Character n-grams of each command with a mark at either end."""
    joined = "".join(f"{_START}{command.letters}{_END}" for command in commands)
    letters = np.frombuffer(joined.encode("latin-1", "replace"), np.uint8).astype(np.uint64)
    lengths = [len(command.letters) + 2 for command in commands]
    owners = np.repeat(np.arange(len(commands)), lengths)
    return find_ngrams(letters, owners, _NGRAM_SIZES)


def _list_marks(commands: Sequence[_Command], text_starts: NDArray[np.int64]) -> list[Features]:
    """Each command's form, alone and with its neighbours in the same text."""
    owners = np.arange(len(commands))
    texts = np.searchsorted(text_starts, owners, side="right") - 1
    places = owners + _GAP * (texts + 1)
    size = len(commands) + _GAP * len(text_starts)
    fields = {}
    for field in ("word", "shape", "operand", "whole"):
        fields[field] = np.zeros(size + _GAP, np.uint64)
        fields[field][places] = np.array([getattr(command, field) for command in commands], np.uint64)
    word, shape, operand, whole = (fields[name] for name in ("word", "shape", "operand", "whole"))
    before, after = places - 1, places + 1
    same_operand = ((operand[before] == operand[places]) & (operand[places] != _NO_OPERAND)).astype(np.uint64)
    same_command = (whole[before] == whole[places]).astype(np.uint64)
    marks = [
        mix(10, word[places]),
        mix(11, word[places], shape[places]),
        mix(12, shape[places]),
        mix(13, whole[places]),
        mix(14, word[before], word[places]),
        mix(15, word[places], word[after]),
        mix(16, word[before], word[places], word[after]),
        mix(17, word[before], shape[before], word[places], shape[places]),
        mix(18, word[places], shape[places], word[after], shape[after]),
        mix(19, word[places - 2], word[before], word[places]),
        mix(20, word[places], word[after], word[places + 2]),
        mix(21, same_operand, word[before], word[places]),
        mix(22, same_command, word[places]),
    ]
    return [(mark, owners) for mark in marks]


def _list_states(texts: Sequence[Sequence[_Command]]) -> Features:
    """Marks that depend on all that came before: repetition, and immediates against register widths."""
    marks: list[int] = []
    owners: list[int] = []
    unit = 0
    for text in texts:
        seen: dict[int, int] = {}
        widths = {"a": "", "x": ""}
        for command in text:
            times = seen.get(command.whole, 0)
            seen[command.whole] = times + 1
            if times and command.text != _LABEL:
                marks += [hash_word(f"seen {min(times, _MOST_SEEN)}"), hash_word(f"seen {command.name}")]
                owners += [unit, unit]
            width = _follow_width(command, widths)
            if width:
                marks.append(hash_word(width))
                owners.append(unit)
            unit += 1
    return np.array(marks, np.uint64), np.array(owners, np.int64)


def _follow_width(command: _Command, widths: dict[str, str]) -> str:
    """The mark of an immediate under the width in force; REP, SEP and PLP change `widths`."""
    if command.name in ("rep", "sep"):
        for register, bit in (("a", 0x20), ("x", 0x10)):
            if command.flags & bit:
                widths[register] = command.name
        return ""
    if command.name == "plp":
        widths.update(a="", x="")
    if not command.immediate_digits:
        return ""
    register = "x" if command.name[-1] in "xy" else "a"
    return f"width {register} {widths[register]} {command.immediate_digits}"
