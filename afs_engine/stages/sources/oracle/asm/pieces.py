"""Routines as pieces to explain: what the author wrote above and beside the code, and the code itself.

A routine with inner labels (the states of a sprite) gives one piece for its own code and one for each
of them. Knows nothing of questions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from afs_engine.stages.sources.oracle.asm.comments import block_text, header_above
from afs_engine.stages.sources.oracle.asm.lines import (
    DATA_DIRECTIVES,
    MNEMONICS,
    AsmLine,
    first_token,
    is_meaningful,
    told,
)
from afs_engine.stages.sources.oracle.asm.listing import Label, Listing

_CALL = re.compile(r"\bJS[RL](?:\.[bwl])?\s+(?P<target>[A-Za-z_]\w*)")
_ROUTINE_GAP = 2
_PART_GAP = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of code. `part` is the inner label it starts at, "" for a routine's own code.

    `header` is the comment block above, `notes` what the comments inside say, in order. `shape` is
    "code", "data", or "" where there is neither. `line` and `part_line` are 1-based.
    """

    name: str
    line: int
    part: str
    part_line: int
    header: str
    notes: tuple[str, ...]
    code: tuple[str, ...]
    calls: tuple[str, ...]
    shape: str
    aliases: int


def pieces(listing: Listing) -> Iterator[Piece]:
    """Every routine of a file, and every part of one.

    A label with nothing between it and the next label is an alias of that one, and counted there.
    """
    first_alias: int | None = None
    aliases = 0
    for position, label in enumerate(listing.labels):
        following = listing.labels[position + 1] if position + 1 < len(listing.labels) else None
        above = label.start if first_alias is None else first_alias
        if following and not label.parts and _is_alias(listing.lines, label.start, following.start):
            first_alias, aliases = above, aliases + 1
            continue
        yield from _routine_pieces(listing.lines, label, above, aliases)
        first_alias, aliases = None, 0


def _is_alias(lines: Sequence[AsmLine], start: int, following: int) -> bool:
    """Whether nothing but blanks and comments stands between a label's line and the next label."""
    own = lines[start].statement.partition(":")[2].strip()
    return not own and not any(line.statement for line in lines[start + 1 : following])


def _routine_pieces(lines: Sequence[AsmLine], label: Label, top: int, aliases: int) -> Iterator[Piece]:
    """The routine's own code, then its parts, each with its comment block taken from the one before."""
    starts = [(label, top, header_above(lines, top, _ROUTINE_GAP))]
    starts += [(part, part.start, header_above(lines, part.start, _PART_GAP)) for part in label.parts]
    for position, (owner, start, header) in enumerate(starts):
        end = owner.end
        if position + 1 < len(starts):
            following, below = starts[position + 1][1:]
            end = min(end, following, below[0].number - 1 if below else following)
        part = "" if owner is label else owner.name
        yield _piece(lines[start:end], label, part, header, aliases if owner is label else 0)


def _piece(
    body: Sequence[AsmLine], label: Label, part: str, header: Sequence[AsmLine], aliases: int
) -> Piece:
    return Piece(
        name=label.name,
        line=label.start + 1,
        part=part,
        part_line=body[0].number if part else 0,
        header=block_text(header),
        notes=tuple(_notes(body)),
        code=tuple(_readable(body)),
        calls=tuple(dict.fromkeys(call["target"] for line in body for call in _CALL.finditer(line.code))),
        shape=_shape(body),
        aliases=aliases,
    )


def _notes(body: Sequence[AsmLine]) -> Iterator[str]:
    """What the comments say: neighbouring comment lines as one note, one beside code with its code."""
    block: list[str] = []
    for line in body:
        if line.is_comment and is_meaningful(line.comment):
            block.append(told(line.comment))
            continue
        if block:
            yield " ".join(block)
            block = []
        if not line.is_comment and is_meaningful(line.comment):
            yield f"`{line.statement}`: {told(line.comment)}"
    if block:
        yield " ".join(block)


def _readable(body: Sequence[AsmLine]) -> list[str]:
    """The code with its comments, common indentation off, blank lines at the ends off, braces balanced."""
    shown = list(body)
    while shown and (shown[-1].is_blank or shown[-1].is_border):
        shown.pop()
    rows = [line.text.rstrip() for line in shown]
    missing = sum(line.code.count("{") - line.code.count("}") for line in body)
    while missing < 0 and rows and rows[-1].strip().startswith("}"):
        rows.pop()
        missing += 1
    indent = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
    return [row[indent:] for row in rows] + ["}"] * max(missing, 0)


def _shape(body: Sequence[AsmLine]) -> str:
    """Whether a body holds operations or only data."""
    tokens = set()
    for line in body:
        for statement in re.split(r"\s:\s", re.sub(r"^\s*[A-Za-z_.]\w*:", "", line.code)):
            tokens.add(first_token(statement.strip().lstrip("{ ")))
    if any(token.upper() in MNEMONICS for token in tokens):
        return "code"
    return "data" if any(token.lower() in DATA_DIRECTIVES for token in tokens) else ""
