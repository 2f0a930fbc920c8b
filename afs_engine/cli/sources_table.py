"""Found sources as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from afs_engine.cli.output import table

if TYPE_CHECKING:
    from afs_engine.runs.discover import FoundSource


def source_lines(sources: Sequence["FoundSource"]) -> list[str]:
    """One line a source."""
    rows = [
        [
            each.kind,
            each.path,
            each.sessions,
            _count(each.turns),
            _count(each.samples),
            f"{each.size_bytes / 1e6:,.1f} MB",
            each.newest[:10],
        ]
        for each in sources
    ]
    return table(["source", "where", "sessions", "turns", "samples", "size", "newest"], rows) if rows else []


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
