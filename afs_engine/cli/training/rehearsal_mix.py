"""`training rehearsal-mix`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE, FiniteRange, output_option, seed_option, shuffle_option
from afs_engine.cli.output import json_option, ledger_lines, print_result, quarantine_lines
from afs_engine.data.counted import counted


@click.command("rehearsal-mix")
@click.option("--buffer", type=FILE, required=True, help="The rehearsal buffer.")
@click.option("--new-data", type=FILE, required=True, multiple=True, help="New samples; may be repeated.")
@click.option(
    "--rehearsal-ratio",
    type=FiniteRange(0, 1, max_open=True),
    default=0.3,
    show_default=True,
    help="The share of old rows in the result.",
)
@output_option
@shuffle_option
@seed_option
@json_option
def command(
    buffer: Path,
    new_data: tuple[Path, ...],
    rehearsal_ratio: float,
    output: Path,
    shuffle: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Writes all new rows and as many old ones as make the ratio."""
    from afs_engine.runs.files.rehearsal import mix_files

    report = mix_files(buffer, new_data, output, ratio=rehearsal_ratio, shuffle=shuffle, seed=seed)
    lines = [
        f"wrote {counted(report.rows, 'row')} to {report.output}: "
        f"{report.new:,} new, {report.rehearsed:,} old ({report.rehearsed / report.rows:.1%})"
    ]
    if report.ratio + 0.005 < report.asked_ratio:
        lines.append(f"the buffer is too small for {report.asked_ratio:.0%}: all its rows are used")
    lines += ledger_lines(report.ledger) + quarantine_lines(report.quarantine, report.ledger.quarantined)
    print_result(report, lines, as_json=as_json)
