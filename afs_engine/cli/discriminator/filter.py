"""`discriminator filter`."""

from pathlib import Path

import click

from afs_engine.cli.options import ROWS_FILE, FiniteRange, default_output, input_option
from afs_engine.cli.output import json_option, ledger_lines, print_result, quarantine_lines
from afs_engine.data.counted import counted


@click.command("filter")
@input_option
@click.option("--output", type=ROWS_FILE, help="Where the kept rows go. [default: INPUT_filtered.jsonl]")
@click.option(
    "--min-score",
    type=FiniteRange(0, 1),
    default=0.6,
    show_default=True,
    help="The lowest score to keep.",
)
@json_option
def command(source: Path, output: Path | None, min_score: float, as_json: bool) -> None:
    """Keeps the rows whose quality_score is at least the threshold."""
    from afs_engine.runs.files.score import filter_file

    report = filter_file(source, output or default_output(source, "filtered"), min_score)
    lines = [f"kept {counted(report.rows, 'row')} with quality >= {min_score:g}: {report.output}"]
    lines += ledger_lines(report.ledger) + quarantine_lines(report.quarantine, report.ledger.quarantined)
    print_result(report, lines, as_json=as_json)
