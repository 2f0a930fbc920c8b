"""Assembly as units: one command each, with what stands before and after it.

Owns the marks that tell a command in its place from one that is not: its own form and its neighbours. What
depends on all that came before is in `asm_flow`. Knows no weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.ngram.asm_flow import Flow
from afs_engine.stages.discriminator.ngram.commands import NO_OPERAND, Command, read_commands
from afs_engine.stages.discriminator.ngram.units import (
    Features,
    Hashes,
    Units,
    find_ngrams,
    gather_units,
    hash_word,
    mix,
    start_texts,
)
from afs_engine.stages.scoring.assembly.extraction import CodeLine

_NGRAM_SIZES = (2, 3, 4, 5)
_GAP = 2  # commands looked at before and after; as many blanks part two texts
_START, _END = "\x02", "\x03"


def read_assembly(listings: Sequence[Sequence[CodeLine]]) -> Units:
    """The units of many listings."""
    texts = [[command for line in lines for command in read_commands(line.text)] for lines in listings]
    commands = [command for text in texts for command in text]
    placed = _place(commands, start_texts(texts))
    features = [*_list_ngrams(commands), *_list_marks(placed), _list_flow(texts)]
    keys = [command.whole for command in commands]
    faulty = [command.fault != "" for command in commands]
    return gather_units(features, keys, texts, _list_sightings(placed), faulty)


def _list_ngrams(commands: Sequence[Command]) -> list[Features]:
    """Character n-grams of each command with a mark at either end."""
    joined = "".join(f"{_START}{command.letters}{_END}" for command in commands)
    letters = np.frombuffer(joined.encode("latin-1", "replace"), np.uint8).astype(np.uint64)
    lengths = [len(command.letters) + 2 for command in commands]
    owners = np.repeat(np.arange(len(commands)), lengths)
    return find_ngrams(letters, owners, _NGRAM_SIZES)


def _list_flow(texts: Sequence[Sequence[Command]]) -> Features:
    marks: list[int] = []
    owners: list[int] = []
    unit = 0
    for text in texts:
        flow = Flow()
        for command in text:
            found = flow.read(command)
            marks += map(hash_word, found)
            owners += [unit] * len(found)
            unit += 1
    return np.array(marks, np.uint64), np.array(owners, np.int64)


@dataclass(frozen=True, slots=True)
class _Placed:
    """The hashes of all commands in a row, blanks between texts, so that a neighbour is one step away.

    `here`, shape (units,): where each unit stands in the others.
    """

    here: NDArray[np.int64]
    word: Hashes
    shape: Hashes
    operand: Hashes
    whole: Hashes
    number: Hashes


def _place(commands: Sequence[Command], text_starts: NDArray[np.int64]) -> _Placed:
    owners = np.arange(len(commands))
    texts = np.searchsorted(text_starts, owners, side="right") - 1
    here = owners + _GAP * (texts + 1)
    fields = {}
    for name in ("word", "shape", "operand", "whole", "number"):
        fields[name] = np.zeros(len(commands) + _GAP * (len(text_starts) + 1), np.uint64)
        fields[name][here] = np.array([getattr(command, name) for command in commands], np.uint64)
    return _Placed(here, **fields)


def _list_marks(placed: _Placed) -> list[Features]:
    """Each command's form, alone and with its neighbours in the same text."""
    word, shape, operand, whole = placed.word, placed.shape, placed.operand, placed.whole
    here, before, after = placed.here, placed.here - 1, placed.here + 1
    same_operand = (operand[before] == operand[here]) & (operand[here] != np.uint64(NO_OPERAND))
    same_command = whole[before] == whole[here]
    marks = [
        mix(10, word[here]),
        mix(11, word[here], shape[here]),
        mix(12, shape[here]),
        mix(13, whole[here]),
        mix(14, word[before], word[here]),
        mix(15, word[here], word[after]),
        mix(16, word[before], word[here], word[after]),
        mix(17, word[before], shape[before], word[here], shape[here]),
        mix(18, word[here], shape[here], word[after], shape[after]),
        mix(19, word[here - 2], word[before], word[here]),
        mix(20, word[here], word[after], word[here + 2]),
        mix(21, same_operand.astype(np.uint64), word[before], word[here]),
        mix(22, same_command.astype(np.uint64), word[here]),
    ]
    return [(mark, np.arange(len(here))) for mark in marks]


def _list_sightings(placed: _Placed) -> list[tuple[Hashes, Hashes]]:
    """What is looked up in the real files, each with that part of it which is given.

    Such as: this mnemonic with this operand, given the operand. A wrong one was seldom seen there.
    """
    word, shape, operand = placed.word, placed.shape, placed.operand
    whole, number = placed.whole, placed.number
    here, before, after = placed.here, placed.here - 1, placed.here + 1
    form = mix(40, word, shape)

    def given_neighbours(salt: int, field: Hashes) -> list[tuple[Hashes, Hashes]]:
        pairs = ((before, here, before), (here, after, after))
        return [(mix(salt, field[one], field[two]), mix(salt + 1, field[given])) for one, two, given in pairs]

    def given_two(first: NDArray[np.int64], given: NDArray[np.int64]) -> Hashes:
        return mix(49, word[first], word[given])

    return [
        (mix(41, word[here], shape[here]), mix(42, word[here])),
        (mix(43, word[here], operand[here]), mix(44, operand[here])),
        (mix(45, shape[here], number[here]), mix(46, number[here])),
        (mix(47, word[here], shape[here], number[here]), mix(48, word[here], number[here])),
        *given_neighbours(50, word),
        *given_neighbours(52, form),
        *given_neighbours(54, whole),
        (mix(56, word[before], word[here], word[after]), mix(57, word[before], word[after])),
        (mix(58, word[here - 2], word[before], word[here]), given_two(here - 2, before)),
        (mix(58, word[here], word[after], word[here + 2]), given_two(after, here + 2)),
        (mix(59, word[before], operand[before], word[here]), mix(43, word[before], operand[before])),
        (mix(60, operand[before], form[here]), mix(44, operand[before])),
        (mix(61, form[here], whole[after]), mix(62, word[here], whole[after])),
        (mix(63, form[here], form[after]), mix(64, word[here], form[after])),
        (mix(65, word[before], whole[here]), mix(66, word[before], operand[here])),
        (mix(67, whole[here], word[after]), mix(68, operand[here], word[after])),
    ]
