"""`training convert`."""

from pathlib import Path

import click

from afs_engine.cli.options import input_option, output_option
from afs_engine.cli.output import json_option, ledger_lines, print_result, quarantine_lines
from afs_engine.data.counted import counted
from afs_engine.stages.formats.convert import FORMATS


@click.command("convert")
@input_option
@output_option
@click.option(
    "--format", "format_name", type=click.Choice(list(FORMATS)), required=True, help="The shape to write."
)
@click.option("--system-prompt", default="", help="A system prompt for every row. [default: none]")
@json_option
def command(source: Path, output: Path, format_name: str, system_prompt: str, as_json: bool) -> None:
    """Writes a file in a trainer's format; every row is read back before it counts."""
    from afs_engine.runs.files.convert import convert_file

    report = convert_file(source, output, format_name, system_prompt)
    lines = [f"wrote {counted(report.rows, 'row')} as {format_name} to {report.output}"]
    lines += [f"  {count:>9,}  {what}" for what, count in report.ledger.notes.items()]
    lines += ledger_lines(report.ledger) + quarantine_lines(report.quarantine, report.ledger.quarantined)
    print_result(report, lines, as_json=as_json)
