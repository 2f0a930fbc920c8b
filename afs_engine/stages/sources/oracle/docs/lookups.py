"""Table rows as look-ups: one question a row, all of the row's cells in the answer.

Knows nothing of memory maps; a table that is one is told by `memory.py`.
"""

from collections import Counter
from collections.abc import Iterator

from afs_engine.stages.sources.oracle.docs.context import Context
from afs_engine.stages.sources.oracle.docs.tables import Row, Table, is_placeholder
from afs_engine.stages.sources.oracle.draft import Draft, Record
from afs_engine.stages.sources.oracle.wording import choose

NUMBER_HEADERS = frozenset(["", "#", "no", "no.", "nr", "num"])
_MIN_ANSWER_CHARS = 25
_MAX_KEY_CHARS = 120

_TEMPLATES = (
    "In {place}, what is listed for {key}?",
    "What does the table in {place} say about {key}?",
    "Look up {key} in {place}.",
    "{title}: what is the entry for {key}{under}?",
)


def lookup_records(context: Context, table: Table) -> Iterator[Record]:
    """One record a row."""
    keys = _key_columns(table)
    repeated = Counter(_key(table, row, keys) for row in table.rows)
    for row in table.rows:
        key = _key(table, row, keys)
        reason = _why_useless(row, keys, key, table)
        if not reason and repeated[key] > 1:
            reason = "ambiguous key"
        yield Record(skipped=reason) if reason else Record((_draft(context, table, row, keys, key),))


def row_values(table: Table, row: Row, leave_out: tuple[int, ...]) -> str:
    """`- Header: value` lines for the cells that say something."""
    return "\n".join(f"- {header}: {cell}" for header, cell in told_cells(table, row, leave_out))


def told_cells(table: Table, row: Row, leave_out: tuple[int, ...]) -> list[tuple[str, str]]:
    """(header, cell) of the cells that say something; mere row numbers do not."""
    return [
        (header, cell)
        for index, (header, cell) in enumerate(zip(table.header, row.cells, strict=True))
        if index not in leave_out and header.lower() not in NUMBER_HEADERS and not is_placeholder(cell)
    ]


def _key_columns(table: Table) -> tuple[int, ...]:
    """The first columns, from the first that is not a mere row number, until they tell most rows apart."""
    first = 0
    while first + 1 < len(table.header) and table.header[first].strip().lower() in NUMBER_HEADERS:
        first += 1
    firsts = [row.cells[first] for row in table.rows]
    if first + 2 < len(table.header) and len(set(firsts)) < len(firsts):
        return (first, first + 1)
    return (first,)


def _key(table: Table, row: Row, keys: tuple[int, ...]) -> str:
    """`Screen 0x40`, with the column's name; two of them where one would be ambiguous."""
    parts = [
        f"{table.header[index]} {_quoted(row.cells[index])}".strip() for index in keys if row.cells[index]
    ]
    return ", ".join(parts)


def _quoted(cell: str) -> str:
    """A key as it is shown in a question: words in quotes, code as it is."""
    return cell if "`" in cell or cell.startswith(("$", "0x")) or cell.isdigit() else f"“{cell}”"


def _why_useless(row: Row, keys: tuple[int, ...], key: str, table: Table) -> str:
    """The reason why a row gives no sample, or ""."""
    if is_placeholder(row.cells[keys[0]]):
        return "row without key"
    if len(key) > _MAX_KEY_CHARS:
        return "row key is a text"
    values = row_values(table, row, keys)
    if not values:
        return "row without values"
    if sum(len(cell) for _, cell in told_cells(table, row, keys)) < _MIN_ANSWER_CHARS:
        return "row with little content"
    return ""


def _draft(context: Context, table: Table, row: Row, keys: tuple[int, ...], key: str) -> Draft:
    place = {"place": context.place, "title": context.title, "key": key}
    under = f" under “{context.topic}”" if context.topic else ""
    instruction = choose(f"{context.key}\n{key}", _TEMPLATES).format(under=under, **place)
    return Draft(
        kind="table row",
        domain="lookup",
        instruction=instruction,
        output=f"{key} ({context.place}):\n{row_values(table, row, keys)}",
        source=context.document.path,
        group=context.document.path,
        line=row.line,
        name=row.cells[keys[0]].strip("`"),
    )
