"""The kinds of corruption by name, and one text corrupted in one of them.

Owns the list, whose claim each kind makes ("the assembler tells" or "a reader tells"), and how many
faults a text gets. Knows no file and no split.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

from afs_engine.stages.discriminator.blocks import Material
from afs_engine.stages.discriminator.corruption import asm_commands, asm_lines, prose
from afs_engine.stages.discriminator.corruption.instruction import Instruction, find_instructions
from afs_engine.stages.scoring.assembly.lines import read_line

_CorruptLines = Callable[[Sequence[str], Random], list[str] | None]
_CorruptProse = Callable[[str, str, Random], str | None]

_SECOND_FAULT = 0.3  # one bad line is seldom alone

_LINE_KINDS: dict[str, _CorruptLines] = {
    "swapped lines": asm_lines.swap_lines,
    "repeated lines": asm_lines.repeat_lines,
    "broken register width": asm_lines.contradict_width,
}
_PROSE_KINDS: dict[str, _CorruptProse] = {
    "shuffled sentences": prose.shuffle_sentences,
    "shuffled words": prose.shuffle_words,
    "truncated": prose.truncate_text,
    "repeated": prose.repeat_text,
    "off topic": prose.leave_topic,
}
_COMMAND_KINDS = {**asm_commands.INVALID, **asm_commands.MISLEADING}

KINDS: dict[Material, tuple[str, ...]] = {
    "asm": (*_COMMAND_KINDS, *_LINE_KINDS),
    "prose": tuple(_PROSE_KINDS),
}


def told_by(kind: str) -> Literal["assembler", "reader"]:
    """Who can tell that a text with this corruption is not real."""
    return "assembler" if kind in asm_commands.INVALID else "reader"


def corrupt(text: str, kind: str, other: str, rng: Random) -> str | None:
    """`text` with a corruption of `kind`, or None where it offers no place for one.

    `other` is a real text of the same material from another file.
    """
    if kind in _PROSE_KINDS:
        return _PROSE_KINDS[kind](text, other, rng)
    lines = text.split("\n")
    corrupt_lines = _LINE_KINDS.get(kind)
    changed = corrupt_lines(lines, rng) if corrupt_lines else _corrupt_commands(lines, kind, rng)
    return None if changed is None else "\n".join(changed)


def _corrupt_commands(lines: list[str], kind: str, rng: Random) -> list[str] | None:
    """One instruction corrupted, sometimes another line's too."""
    wanted = 1 + (rng.random() < _SECOND_FAULT)
    changed: set[int] = set()
    for instruction in _shuffled(find_instructions(lines), rng):
        command = _COMMAND_KINDS[kind](instruction, rng)
        if command is None or instruction.row in changed or not _keeps_claim(kind, command):
            continue
        lines = instruction.put_into(lines, command)
        changed.add(instruction.row)
        if len(changed) == wanted:
            break
    return lines if changed else None


def _shuffled(instructions: list[Instruction], rng: Random) -> list[Instruction]:
    return rng.sample(instructions, len(instructions))


def _keeps_claim(kind: str, command: str) -> bool:
    """A corruption that only a reader can tell must assemble."""
    return told_by(kind) == "assembler" or read_line(command).fault is None
