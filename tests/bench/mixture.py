"""Real assembly, and the same with gross or local faults, from files that no discriminator has seen.

Three parts of a tree, parted by file: what the discriminator learns from, what is scored, and what a
language model is tested on. A local fault is one of the discriminator's own kinds; the gross ones are
none of them: a stub, a listing in a loop, digits and letters mixed up, every line respelled.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from afs_engine.stages.discriminator.blocks import Block, cut_assembly, cut_prose
from afs_engine.stages.discriminator.corruption.kinds import KINDS, corrupt
from afs_engine.stages.discriminator.pairs import assign_sides
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.sources.oracle.symbols import read_symbols
from afs_engine.stages.sources.oracle.tree import read_tree

Fault = Literal["", "local", "gross"]


@dataclass(frozen=True)
class Row:
    text: str
    group: str
    fault: Fault


@dataclass(frozen=True)
class Parts:
    """`scored` is half real, a quarter with a local and a quarter with a gross fault.

    `prose` is the tree's, for the discriminator: what is so damaged that it is no code counts as prose.
    `entities` are what the tree defines, as a recipe with the tree as a source knows them.
    """

    learned: list[Block]
    prose: list[Block]
    scored: list[Row]
    tested: list[Block]
    entities: EntityTable


def part_tree(root: Path, seed: int, most_scored: int, most_tested: int) -> Parts:
    """At most `most_scored` rows to score and `most_tested` blocks to test a language model on."""
    tree = read_tree(root)
    blocks = cut_assembly([(text.path, text.lines) for text in tree.assembly], seed)
    learned, rest = _part(blocks, seed, most_scored)
    learned, tested = _part(learned, seed + 1000, most_tested)
    prose = cut_prose([(text.path, text.lines) for text in tree.documents])
    known = read_symbols(root)
    names = {*known.addresses, *known.labels, *known.defines}
    entities = EntityTable(frozenset(known.addresses.values()), frozenset(names))
    return Parts(learned, prose, _mix(rest, Random(seed)), tested, entities)


def _part(blocks: list[Block], seed: int, most: int) -> tuple[list[Block], list[Block]]:
    """About three quarters of the files, and at most `most` blocks of the other quarter."""
    sides = assign_sides(blocks, seed)
    train = [block for block in blocks if sides[block.group] == "train"]
    held = [block for block in blocks if sides[block.group] == "held_out"]
    return train, Random(seed).sample(held, min(most, len(held)))


def _mix(blocks: Sequence[Block], rng: Random) -> list[Row]:
    """Every other block as it is, the others with a fault: half of them local, half gross."""
    rows = []
    for number, block in enumerate(blocks):
        fault: Fault = "" if number % 2 else ("local" if number % 4 else "gross")
        text = _damage(block.text, fault, blocks, rng)
        if text is not None:
            rows.append(Row(text, block.group, fault))
    return rows


def _damage(text: str, fault: Fault, blocks: Sequence[Block], rng: Random) -> str | None:
    if fault == "gross":
        return rng.choice(_GROSS)(text, rng)
    if fault == "local":
        for kind in rng.sample(KINDS["asm"], len(KINDS["asm"])):
            damaged = corrupt(text, kind, rng.choice(blocks).text, rng)
            if damaged not in (None, text):
                return damaged
        return None
    return text


def _cut_short(text: str, rng: Random) -> str:
    return text[: rng.randint(5, 30)]


def _loop(text: str, rng: Random) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    return "\n".join([rng.choice(lines)] * len(lines))


def _garble(text: str, rng: Random) -> str:
    letters = [rng.choice("qxzj%&7#$(") if rng.random() < 0.25 and each.isalnum() else each for each in text]
    return "".join(letters)


def _respell_all(text: str, rng: Random) -> str:
    for _ in range(6):
        text = corrupt(text, "unknown mnemonic", "", rng) or text
    return text


_GROSS: tuple[Callable[[str, Random], str], ...] = (_cut_short, _loop, _garble, _respell_all)
