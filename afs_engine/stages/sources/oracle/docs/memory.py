"""Memory maps: tables with an address column, asked in both directions.

Owns what counts as an address in a table. Knows nothing of other tables.
"""

import re
from collections.abc import Iterator

from afs_engine.stages.sources.oracle.docs.context import Context
from afs_engine.stages.sources.oracle.docs.lookups import row_values, told_cells
from afs_engine.stages.sources.oracle.docs.tables import Row, Table, is_placeholder
from afs_engine.stages.sources.oracle.draft import Draft, Record
from afs_engine.stages.sources.oracle.wording import choose

_LONG = r"\$[0-9A-Fa-f]{2}:?[0-9A-Fa-f]{4}"
_SHORT = r"(?:\$|0x)[0-9A-Fa-f]{2,6}"
_REST = r"(?:(?:[-–—,/+]|to|\.\.)(?:\$|0x)?[0-9A-Fa-f]*X?)*(?:\([^)]*\))?"
_LONG_CELL = re.compile(rf"^~?{_LONG}{_REST}$")
_SHORT_CELL = re.compile(rf"^~?{_SHORT}{_REST}$")
_ADDRESS_HEADER = re.compile(r"\b(addr(ess)?|offset|ram|wram|sram|register|pc)\b", re.I)
_NAME_HEADER = re.compile(
    r"\b(name|label|symbol|variable|flag|routine|hook|register|constant|field|function)\b", re.I
)
_TEXT_HEADER = re.compile(
    r"\b(description|purpose|meaning|usage|use|effect|notes?|contents?|what|function)\b", re.I
)

_MAX_NAME_CHARS = 60
_WORD = re.compile(r"[^\W\d_]{2}")
_ADDRESS = re.compile(rf"{_LONG}|{_SHORT}")

_WHAT = (
    "What is at {address} in {place}?",
    "What is {address} used for? ({title})",
    "{title}: what lives at {address}?",
    "Which entry of {place} has the address {address}?",
)
_SHARED = (
    "Which entries of {place} share the address {address}?",
    "{title}: what is kept at {address}?",
    "List everything that {place} puts at {address}.",
)
_WHERE = (
    "Where is {name}? ({place})",
    "At which address is {name}, according to {title}?",
    "{title}: what is the address of {name}?",
    "Give the address of {name} from {place}.",
)


def address_column(table: Table) -> int | None:
    """The column that holds addresses, or None: most of its cells must be some, and another must name them.

    Four or fewer hex digits count only under a heading that speaks of addresses, since room, message
    and sprite numbers look the same.
    """
    for index, header in enumerate(table.header):
        cells = [_packed(row.cells[index]) for row in table.rows if not is_placeholder(row.cells[index])]
        shape = _SHORT_CELL if _ADDRESS_HEADER.search(header) else _LONG_CELL
        if cells and sum(bool(shape.match(cell) or _LONG_CELL.match(cell)) for cell in cells) * 2 > len(
            cells
        ):
            return index if _name_column(table, index) is not None else None
    return None


def _packed(cell: str) -> str:
    """A cell without spaces and code marks: `` `$348000` - `$34FFFF` `` -> `$348000-$34FFFF`."""
    return re.sub(r"[\s`]", "", cell)


def memory_records(context: Context, table: Table, address_at: int) -> Iterator[Record]:
    """One record a row, two drafts each: address to meaning, name to address."""
    name_at = _name_column(table, address_at)
    assert name_at is not None, "address_column() gave this table"
    sharing: dict[str, list[Row]] = {}
    for row in table.rows:
        sharing.setdefault(row.cells[address_at], []).append(row)
    for row in table.rows:
        address, name = row.cells[address_at], row.cells[name_at]
        if is_placeholder(name) or not re.search(r"[0-9A-Fa-f]{2}", address):
            yield Record(skipped="memory row without address or name")
        else:
            yield Record(tuple(_drafts(context, table, sharing[address], row, (address_at, name_at))))


def _name_column(table: Table, address_at: int) -> int | None:
    """The column that names, in words, what lies at the address; one of descriptions where there is none."""
    others = [index for index in range(len(table.header)) if index != address_at]
    for pattern in (_NAME_HEADER, _TEXT_HEADER):
        for index in others:
            if pattern.search(table.header[index]) and _is_worded(table, index):
                return index
    return None


def _is_worded(table: Table, index: int) -> bool:
    """Whether most cells of a column hold a word, not just a flag's letter or another address."""
    worded = sum(bool(_WORD.search(_ADDRESS.sub("", row.cells[index]))) for row in table.rows)
    return worded * 2 > len(table.rows)


def _drafts(
    context: Context, table: Table, sharing: list[Row], row: Row, columns: tuple[int, int]
) -> Iterator[Draft]:
    """Both directions; a name that is a sentence is no name to ask for.

    Where several rows share the address, the first of them answers for all.
    """
    address, name = (row.cells[index] for index in columns)
    rest = row_values(table, row, columns)
    rest = f"\n{rest}" if rest else ""
    is_text = len(name) > _MAX_NAME_CHARS or not _NAME_HEADER.search(table.header[columns[1]])
    what = f"{address}: {name}" if is_text else f"{address} is {name}"
    if len(sharing) == 1:
        yield _draft(
            context, row, _ask(context, _WHAT, address, name), f"{what} ({context.place}).{rest}", name
        )
    elif row is sharing[0]:
        listed = "\n".join(_in_one_line(table, other, columns) for other in sharing)
        shared = f"{address} has {len(sharing)} entries in {context.place}:\n{listed}"
        yield _draft(context, row, _ask(context, _SHARED, address, name), shared, address)
    if not is_text:
        where = f"{name} is at {address} ({context.place}).{rest}"
        yield _draft(context, row, _ask(context, _WHERE, address, name), where, name)


def _in_one_line(table: Table, row: Row, columns: tuple[int, int]) -> str:
    """`- name (Header: value; ...)`."""
    told = "; ".join(f"{header}: {cell}" for header, cell in told_cells(table, row, columns))
    return f"- {row.cells[columns[1]]}" + (f" ({told})" if told else "")


def _ask(context: Context, templates: tuple[str, ...], address: str, name: str) -> str:
    template = choose(f"{context.key}\n{address}\n{name}", templates)
    return template.format(address=address, name=name, title=context.title, place=context.place)


def _draft(context: Context, row: Row, instruction: str, output: str, name: str) -> Draft:
    return Draft(
        kind="memory row",
        domain="memory",
        instruction=instruction,
        output=output,
        source=context.document.path,
        group=context.document.path,
        line=row.line,
        name=name.strip("`"),
    )
