"""`training registry-compare`."""

import re
from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result, table
from afs_engine.cli.registry_option import registry_option

_TOLD = re.compile(r"loss|earlier|duration|cost")  # of what was measured; --json has the rest
_WIDEST = 40


@click.command("registry-compare")
@click.argument("labels", metavar="NAME[@VERSION]...", nargs=-1, required=True)
@registry_option
@json_option
def command(labels: tuple[str, ...], registry: Path | None, as_json: bool) -> None:
    """Shows experiments side by side: what they measured, and the settings that differ."""
    from afs_engine.runs.files.register import compare_experiments

    if len(labels) < 2:
        raise click.UsageError("name at least two experiments")
    made = compare_experiments(registry, list(labels))
    lines = []
    measured = [row for row in made.metrics if _TOLD.search(row.name)]
    for title, rows in (("measured", measured), ("settings that differ", made.differences)):
        cells = [[row.name, *map(_text, row.values)] for row in rows] or [["none", *("" for _ in labels)]]
        lines += [*table([title, *made.experiments], cells), ""]
    if made.same_test_set is False:
        lines.append("their test sets differ: these losses do not tell which model is better; see `compare`")
    print_result(made, lines, as_json=as_json)


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4f}"
    text = "" if value is None else str(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
