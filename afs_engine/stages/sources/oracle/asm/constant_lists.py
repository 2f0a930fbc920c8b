"""Definitions that only make sense together, as one question and a list.

Numbered families (`SPR0_X` to `SPRF_X`), the settings that many files repeat, and structs. Knows
nothing of definitions that stand for themselves.
"""

import re
from collections.abc import Iterator

from afs_engine.stages.sources.oracle.asm.definition_book import DefinitionBook
from afs_engine.stages.sources.oracle.asm.definitions import Definition
from afs_engine.stages.sources.oracle.draft import Draft, Record
from afs_engine.stages.sources.oracle.wording import choose, part_note

MIN_TOGETHER = 4
_MAX_TOGETHER = 48

_TEMPLATES = {
    "family": (
        "List `{first}` to `{last}` with their values (`{path}`).",
        "Which definitions run from `{first}` to `{last}` in `{path}`?",
    ),
    "settings": (
        "Which properties does `{path}` set, and to what values?",
        "What are the sprite defines from `{first}` to `{last}` in `{path}`?",
        "List the defines `{first}` to `{last}` of `{path}` with their meaning.",
    ),
    "struct": (
        "Which fields does the struct `{struct}` in `{path}` have?",
        "How is the struct `{struct}` laid out? (`{path}`)",
    ),
}


def belonging(one: Definition, book: DefinitionBook) -> tuple[str, str]:
    """(kind of list, what its members share); neighbours for which it is equal are told together."""
    if one.kind == "field":
        return "struct", one.name.partition(".")[0]
    if one.name in book.settings:
        return "settings", ""
    if one.kind == "symbol" and not one.note:
        return "family", re.sub(r"[0-9A-F]", "#", one.name)
    return "", ""


def list_records(kind: str, members: list[Definition], block: list[Definition]) -> Iterator[Record]:
    """The members as one list, or as several where there are very many; `block` is where they stand."""
    chunks = [members[start : start + _MAX_TOGETHER] for start in range(0, len(members), _MAX_TOGETHER)]
    for number, chunk in enumerate(chunks, start=1):
        header = block[0].header if kind == "family" and number == 1 else ""
        note = part_note(number, len(chunks)) if kind == "struct" else ""
        yield Record((_draft(kind, chunk, block[0], header, note),), size=len(chunk))


def _draft(kind: str, chunk: list[Definition], block_first: Definition, header: str, note: str) -> Draft:
    first, last, path = chunk[0].name, chunk[-1].name, chunk[0].path
    struct = first.partition(".")[0]
    template = choose(f"{path}\n{chunk[0].line}", _TEMPLATES[kind])
    subject = f"Struct `{struct}`" if kind == "struct" else f"`{first}` to `{last}`"
    lead = f"{subject} ({chunk[0].place}):"
    listed = "\n".join(f"- {_entry(one)}" for one in chunk)
    return Draft(
        kind=kind,
        domain="constants",
        instruction=template.format(first=first, last=last, struct=struct, path=path) + note,
        output="\n\n".join(part for part in (lead, header, listed) if part),
        source=path,
        group=f"{path}#{block_first.name}",
        line=chunk[0].line,
        name=struct if kind == "struct" else first,
    )


def _entry(one: Definition) -> str:
    """`` `!Health` = `00`: Number of Health the sprite have``, or where a field lies."""
    note = f": {one.note}" if one.note else ""
    if not one.is_reserved:
        return f"`{one.name}` = `{one.value}`{note}"
    at = f" at {one.value}" if one.value else ""
    return f"`{one.name}`{at}, {one.size}{note}"
