"""Pairs of a real block and its corruption: what a discriminator is trained and examined on.

Owns the balance over kinds, the side of a file, and the checks that a corruption is none by accident.
Knows no model. Same blocks and seed, same pairs.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from afs_engine.data.ledger import Ledger
from afs_engine.errors import EmptyResultError
from afs_engine.stages.discriminator.blocks import MATERIALS, Block, Material
from afs_engine.stages.discriminator.corruption.kinds import KINDS, corrupt, told_by
from afs_engine.stages.scoring.assembly.lines import cut_comment
from afs_engine.stages.scoring.assembly.syntax import check_syntax

Side = Literal["train", "held_out"]

HELD_OUT_SHARE = 0.25
MOST_BLOCKS = 6000
"""Of one material; more blocks cost training time and no longer raise the AUC."""
_TRIES = 3
_REAL: Literal["real"] = "real"


@dataclass(frozen=True, slots=True)
class PairRow:
    """One half of a pair: `kind` is "real", or what was corrupted; `pair` joins the two."""

    text: str
    kind: str
    material: Material
    group: str
    side: Side
    pair: int

    @property
    def is_real(self) -> bool:
        return self.kind == _REAL


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows in the order real, corrupted, real, ...; the ledger counts blocks."""

    rows: tuple[PairRow, ...]
    ledger: Ledger


def make_pairs(blocks: Sequence[Block], seed: int) -> Pairs:
    """A corruption for every block that offers a place for one.

    All blocks of a group are on one side. Raises EmptyResultError where fewer than two groups of every
    material are left, since nothing could be held out.
    """
    dropped: Counter[str] = Counter()
    rows: list[PairRow] = []
    for material in MATERIALS:
        chosen = [block for block in blocks if block.material == material]
        kept = _draw(chosen, Random(f"{seed}:{material}"))
        dropped["more blocks than needed"] += len(chosen) - len(kept)
        rows += _pair_blocks(kept, _RealText(chosen, material), seed, dropped, first=len(rows) // 2)
    if not rows:
        raise EmptyResultError(
            "there is no text to make pairs from: fewer than two files give a block",
            hint="name a folder with several .asm or .md files, or a JSONL file with more samples",
        )
    ledger = Ledger(
        stage="discriminator data",
        rows_in=len(blocks),
        rows_out=len(rows) // 2,
        dropped={reason: count for reason, count in sorted(dropped.items()) if count},
    )
    return Pairs(tuple(rows), ledger.checked())


def _draw(blocks: list[Block], rng: Random) -> list[Block]:
    if len(blocks) <= MOST_BLOCKS:
        return blocks
    return [blocks[number] for number in sorted(rng.sample(range(len(blocks)), MOST_BLOCKS))]


def _pair_blocks(
    blocks: Sequence[Block], real: "_RealText", seed: int, dropped: Counter[str], first: int
) -> list[PairRow]:
    sides = assign_sides(blocks, seed)
    if len(set(sides.values())) < 2:
        dropped["too few files to hold one out"] += len(blocks)
        return []
    used: Counter[str] = Counter()
    rows: list[PairRow] = []
    for number, block in enumerate(blocks):
        rng = Random(f"{seed}:{number}:{block.text}")
        kind, corrupted = _corrupt_block(block, blocks, real, used, rng)
        if corrupted is None:
            dropped["no corruption fits"] += 1
            continue
        used[kind] += 1
        pair, side = first + len(rows) // 2, sides[block.group]
        rows.append(PairRow(block.text, _REAL, block.material, block.group, side, pair))
        rows.append(PairRow(corrupted, kind, block.material, block.group, side, pair))
    return rows


def assign_sides(blocks: Sequence[Block], seed: int) -> dict[str, Side]:
    """The side of every group: about a quarter of the blocks is held out, drawn group by group.

    At least one group is on either side where there are two.
    """
    sizes = Counter(block.group for block in blocks)
    groups = sorted(sizes)
    Random(f"{seed}:sides").shuffle(groups)
    sides: dict[str, Side] = {}
    held = 0
    for number, group in enumerate(groups):
        fits = held + sizes[group] / 2 <= HELD_OUT_SHARE * len(blocks)
        is_held = fits or (number == len(groups) - 1 and held == 0 and len(groups) > 1)
        sides[group] = "held_out" if is_held else "train"
        held += sizes[group] * is_held
    return sides


def _corrupt_block(
    block: Block, blocks: Sequence[Block], real: "_RealText", used: Counter[str], rng: Random
) -> tuple[str, str | None]:
    """The kind least used so far that fits, and the corrupted text."""
    order = sorted(KINDS[block.material], key=lambda kind: (used[kind], rng.random()))
    for kind in order:
        for _ in range(_TRIES):
            other = _draw_other(block, blocks, rng)
            corrupted = corrupt(block.text, kind, other, rng)
            if corrupted is not None and not real.is_valid_by_accident(corrupted, kind):
                return kind, corrupted
    return "", None


def _draw_other(block: Block, blocks: Sequence[Block], rng: Random) -> str:
    """A text of another group; there are at least two groups."""
    while True:
        other = rng.choice(blocks)
        if other.group != block.group:
            return other.text


class _RealText:
    """Every real text and line of a material, to find what a corruption has hit by chance."""

    def __init__(self, blocks: Iterable[Block], material: Material) -> None:
        self._material = material
        self._texts: set[str] = set()
        self._lines: set[str] = set()
        self._windows: set[tuple[str, ...]] = set()
        for block in blocks:
            lines = self._read_lines(block.text)
            self._texts.add("\n".join(lines))
            self._lines.update(lines)
            self._windows.update(_windows(lines))

    def is_valid_by_accident(self, corrupted: str, kind: str) -> bool:
        """Whether the corrupted text can't be told from real text.

        That is so where it is a real block; where a kind that claims a fault left lines that assemble and
        that stand in the tree; and where every changed line stands in the tree between the same lines.
        """
        lines = self._read_lines(corrupted)
        if "\n".join(lines) in self._texts:
            return True
        if told_by(kind) == "assembler":
            return not check_syntax(corrupted).errors and set(lines) <= self._lines
        return set(_windows(lines)) <= self._windows

    def _read_lines(self, text: str) -> list[str]:
        """The lines without case and spacing, and those of assembly without their comments."""
        lines = text.lower().split("\n")
        if self._material == "asm":
            lines = [cut_comment(line) or "" for line in lines]
        codes = [" ".join(line.split()) for line in lines]
        return [code for code in codes if code]


def _windows(lines: list[str]) -> list[tuple[str, ...]]:
    return list(zip(["", *lines], lines, [*lines[1:], ""], strict=False))
