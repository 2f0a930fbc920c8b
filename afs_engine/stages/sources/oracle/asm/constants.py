"""Definitions as question and answer, one by one; lists are told by `constant_lists.py`.

Every definition can be looked up; one with a comment can be asked for its meaning. Knows nothing of
routines.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from afs_engine.stages.sources.oracle.asm.constant_lists import MIN_TOGETHER, belonging, list_records
from afs_engine.stages.sources.oracle.asm.definition_book import DefinitionBook
from afs_engine.stages.sources.oracle.asm.definitions import Definition
from afs_engine.stages.sources.oracle.draft import Draft, Record
from afs_engine.stages.sources.oracle.wording import choose

_MAX_NAMED = 4

_MEANING = (
    "What is `{name}`{where}?",
    "What does `{name}` mean{where}?",
    "Explain `{name}`{where}: its value and what it is for.",
    "What is `{name}` used for{where}?",
)
_VALUE = (
    "What is the value of `{name}`{where}?",
    "How is `{name}` defined{where}?",
    "Look up `{name}`{where}.",
)
_RESERVED = (
    "Where does `{name}` lie in memory{where}?",
    "How many bytes does `{name}` have, and where{where}?",
)
_NAME = (
    "Which name does `{path}` give to `{value}`?",
    "What is `{value}` called in `{path}`?",
)


def constant_records(definitions: Sequence[Definition]) -> Iterator[Record]:
    """One record a definition, or one for those told together; `definitions` are the whole tree's."""
    book = DefinitionBook(definitions)
    for _, block in groupby(definitions, key=lambda one: (one.path, one.block)):
        yield from _block_records(list(block), book)


def _block_records(block: list[Definition], book: DefinitionBook) -> Iterator[Record]:
    """A block of neighbours: what belongs together as a list, the rest one by one."""
    for (kind, _), group in groupby(block, key=lambda one: belonging(one, book)):
        members = list(group)
        if kind and len(members) >= MIN_TOGETHER:
            yield from list_records(kind, members, block)
        else:
            yield from (_single(one, block, book) for one in members)


def _single(one: Definition, block: list[Definition], book: DefinitionBook) -> Record:
    """One definition as one record."""
    if book.is_reassigned(one):
        return Record(skipped="reassigned in the same file")
    if not one.value and not one.is_reserved:
        return Record(skipped="definition without value")
    if not book.tell(one):
        return Record(skipped="same definition elsewhere")
    about = _about(one, block)
    draft = Draft(
        kind=one.kind,
        domain="constants",
        instruction=_question(one, bool(about), book),
        output=_statement(one) + about,
        source=one.path,
        group=f"{one.path}#{block[0].name}",
        line=one.line,
        name=one.name,
    )
    return Record((draft,))


def _question(one: Definition, has_meaning: bool, book: DefinitionBook) -> str:
    """Asks for the meaning where there is one, else for the value, or for a name that is the only one."""
    where = f" in `{one.path}`" if one.name in book.ambiguous or one.name in book.settings else ""
    templates: tuple[str, ...] = _RESERVED if one.is_reserved else _VALUE
    if has_meaning:
        templates = _MEANING
    elif _is_address(one.value) and book.is_sole_bearer(one):
        templates = (*templates, *_NAME)
    template = choose(f"{one.path}\n{one.name}", templates)
    return template.format(name=one.name, where=where, path=one.path, value=one.value)


def _is_address(value: str) -> bool:
    return bool(re.fullmatch(r"\$[0-9A-Fa-f]{4,6}", value))


def _statement(one: Definition) -> str:
    """What the line itself says, and where it stands."""
    if one.is_reserved:
        at = f" at {one.value}" if one.value else ""
        return f"`{one.name}` reserves {one.size}{at} in {one.place}."
    return f"`{one.name}` is defined as `{one.value}` in {one.place}."


def _about(one: Definition, block: list[Definition]) -> str:
    """What the comments say about it: the one beside it, then the one above its block."""
    parts = [one.note] if one.note else []
    if one.header:
        parts.append(f"{_whose(block)}\n\n{one.header}" if len(block) > 1 else one.header)
    return "".join(f"\n\n{part}" for part in parts)


def _whose(block: list[Definition]) -> str:
    """Says that the comment above a block of several is about all of them."""
    if len(block) > _MAX_NAMED:
        return f"The comment above its block (`{block[0].name}` to `{block[-1].name}`) says:"
    return f"The comment above {', '.join(f'`{other.name}`' for other in block)} says:"
