"""Real text, cut into blocks of the size that a discriminator learns from.

Owns what a block is: about a dozen lines of assembly with instructions in them, or a few whole
paragraphs of prose. Knows nothing of corruptions and opens no file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from afs_engine.stages.scoring.assembly.extraction import find_code
from afs_engine.stages.scoring.assembly.lines import read_line

Material = Literal["asm", "prose"]
MATERIALS: tuple[Material, ...] = ("asm", "prose")

ASM_LINES = (6, 18)
"""A block's lines, 12 on average; lengths vary so that a score does not come to depend on one."""
PROSE_WORDS = (20, 120)
_FEWEST_INSTRUCTIONS = 4
_ENOUGH_ASM_BLOCKS = 6000
_MOST_PASSES = 12


@dataclass(frozen=True, slots=True)
class Block:
    """A real text of `group`, which is a file's path or what a sample names as its group."""

    text: str
    material: Material
    group: str


def material_of(text: str) -> Material:
    """asm where the assembly check would find code in `text`, else prose."""
    return "asm" if find_code(text) else "prose"


def cut_assembly(files: Sequence[tuple[str, Sequence[str]]], seed: int) -> list[Block]:
    """Blocks of assembly from (path, lines); every text once.

    A tree is cut again at other places until it gives enough blocks. Blocks of one file then share lines,
    which is why a file is never on both sides.
    """
    found: dict[str, Block] = {}
    for number in range(_MOST_PASSES):
        for path, lines in files:
            for text in _cut_lines(lines, Random(f"{seed}:{number}:{path}")):
                found.setdefault(text, Block(text, "asm", path))
        if len(found) >= _ENOUGH_ASM_BLOCKS:
            break
    return list(found.values())


def _cut_lines(lines: Sequence[str], rng: Random) -> Iterator[str]:
    start = rng.randrange(ASM_LINES[0])
    while start < len(lines):
        end = start + rng.randint(*ASM_LINES)
        text = "\n".join(line.rstrip() for line in lines[start:end]).strip("\n")
        if _has_instructions(text):
            yield text
        start = end


def _has_instructions(text: str) -> bool:
    """Whether the text is code to a reader too, and not a table of data or a comment."""
    code = [read_line(line.text) for line in find_code(text)]
    return sum(line.assembles and not line.command for line in code) >= _FEWEST_INSTRUCTIONS


def cut_samples(outputs: Iterable[tuple[str, str]]) -> list[Block]:
    """Each distinct (output, group) of some samples as one block, whole."""
    found: dict[str, Block] = {}
    for text, group in outputs:
        if text.strip():
            found.setdefault(text, Block(text, material_of(text), group))
    return list(found.values())


_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_NO_SENTENCE = re.compile(r"\s*(?:[|<>#=-]{1,}\s*|\*\*[^*]+\*\*:?\s*$|$)")
_LIST_MARK = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[.\]\s+)?")


def cut_prose(documents: Iterable[tuple[str, Sequence[str]]]) -> list[Block]:
    """Blocks of prose from (path, lines of Markdown): whole paragraphs, without code and tables."""
    found: dict[str, Block] = {}
    for path, lines in documents:
        for text in _join_paragraphs(_read_paragraphs(lines)):
            found.setdefault(text, Block(text, "prose", path))
    return list(found.values())


def _read_paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs and list items, each on one line; "" where a heading, code or a table parts them."""
    parts: list[str] = []
    in_fence = False
    for line in [*lines, ""]:
        is_fence = _FENCE.match(line) is not None
        in_fence ^= is_fence
        breaks = is_fence or in_fence or (_NO_SENTENCE.match(line) is not None and not _LIST_MARK.match(line))
        if parts and (breaks or _LIST_MARK.match(line)):
            yield " ".join(parts)
            parts = []
        if breaks and line.strip():
            yield ""
        elif not breaks:
            parts.append(line.strip())


def _join_paragraphs(paragraphs: Iterable[str]) -> Iterator[str]:
    """Consecutive paragraphs together, until they are long enough for a block."""
    fewest, most = PROSE_WORDS
    parts: list[str] = []
    for paragraph in [*paragraphs, ""]:
        words = sum(len(part.split()) for part in parts)
        if words >= fewest and (not paragraph or words + len(paragraph.split()) > most):
            yield "\n".join(parts)
            parts = []
        elif not paragraph:
            parts = []
        if paragraph:
            parts.append(paragraph)
