"""What a command prints: a result on stdout (readable, or JSON), narration on stderr.

Text from data passes the cleaner before it reaches a terminal.
"""

from collections.abc import Iterable, Sequence

import click
from pydantic import BaseModel

from afs_engine.data.counted import counted
from afs_engine.data.display import clean_text
from afs_engine.data.ledger import Ledger

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")


def print_result(result: BaseModel, lines: Iterable[str], *, as_json: bool) -> None:
    """The result as one line of JSON, or as readable lines."""
    if as_json:
        click.echo(result.model_dump_json())
        return
    for line in lines:
        click.echo(clean_text(line))


def narrate(text: str) -> None:
    """A remark to the person, on stderr."""
    click.echo(clean_text(text), err=True)


def ledger_lines(ledger: Ledger) -> list[str]:
    """What became of the rows, for a person: those that are not in the result, and those that are twice."""
    lines = [f"  {count:>9,}  {reason}" for reason, count in ledger.dropped.items()]
    for count, what in ((ledger.merged, "merged copies"), (ledger.quarantined, "quarantined")):
        if count:
            lines.append(f"  {count:>9,}  {what}")
    told = ["not in the result:", *lines] if lines else []
    if ledger.repeated:
        told.append(f"repeated: {ledger.repeated:,} of its rows are extra copies (oversampling)")
    return told


def quarantine_lines(quarantine: str | None, count: int) -> list[str]:
    return (
        [f"{counted(count, 'line')} could not be used; see {quarantine} for line and reason"]
        if quarantine
        else []
    )


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Aligned columns: numbers to the right, texts to the left; counts with commas, as everywhere."""
    cells = [[f"{cell:,}" if type(cell) is int else str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    right = [all(not isinstance(row[i], str) for row in rows) for i in range(len(header))]
    return [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]
