"""One Markdown file to records: quests, sections, table rows and memory rows, in that order.

The only module of this folder that the generator calls.
"""

from collections.abc import Iterator

from afs_engine.stages.sources.oracle.docs.blocks import Document, parse_document
from afs_engine.stages.sources.oracle.docs.context import Context
from afs_engine.stages.sources.oracle.docs.lookups import lookup_records
from afs_engine.stages.sources.oracle.docs.memory import address_column, memory_records
from afs_engine.stages.sources.oracle.docs.quests import quest_records, quest_sections
from afs_engine.stages.sources.oracle.docs.sections import section_records
from afs_engine.stages.sources.oracle.docs.tables import find_tables
from afs_engine.stages.sources.oracle.draft import Record
from afs_engine.stages.sources.oracle.tree import SourceText


def document_records(source: SourceText) -> Iterator[Record]:
    """Every record of a Markdown file."""
    document = parse_document(source)
    quests = quest_sections(document)
    for section in quests:
        yield from quest_records(Context(document, section))
    yield from section_records(document, frozenset(section.line for section in quests))
    yield from _row_records(document)


def _row_records(document: Document) -> Iterator[Record]:
    """Every table row: as memory where the table is a memory map, else as a look-up."""
    for section in document.root.walk():
        context = Context(document, section)
        for table in find_tables(section):
            address_at = address_column(table)
            if address_at is None:
                yield from lookup_records(context, table)
            else:
                yield from memory_records(context, table, address_at)
