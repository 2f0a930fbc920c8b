"""`training validate`."""

from pathlib import Path

import click

from afs_engine.cli.options import ROWS_FILE, input_option
from afs_engine.cli.output import json_option, print_result
from afs_engine.data.counted import counted

_SHOWN = 20


@click.command("validate")
@input_option
@click.option("--fix", type=ROWS_FILE, help="Write the good rows here, their bytes unchanged.")
@click.option("--quarantine", type=ROWS_FILE, help="Write the bad rows here, with line, offset and reason.")
@json_option
def command(source: Path, fix: Path | None, quarantine: Path | None, as_json: bool) -> int:
    """Checks every line of a JSONL file. Exits 1 when a line is bad and --fix was not given."""
    from afs_engine.data.jsonl_validate import validate_file

    report = validate_file(source, fix=fix, quarantine=quarantine)
    lines = [
        f"{counted(report.kept, 'good row')}, {report.quarantined:,} bad, "
        f"{counted(report.blank, 'blank line')}"
    ]
    lines += [f"  {count:>9,}  {reason}" for reason, count in report.reasons.items()]
    for problem in report.problems[:_SHOWN]:
        lines.append(f"{source}:{problem.line}: {problem.reason}: {problem.detail} (byte {problem.offset:,})")
    if report.quarantined > _SHOWN:
        lines.append(f"... and {report.quarantined - _SHOWN:,} more; --quarantine FILE keeps them all")
    if report.control_token_rows:
        lines.append(f"{counted(report.control_token_rows, 'row')} with chat control tokens (kept)")
    lines += [f"note: {note}" for note in report.notes]
    print_result(report, lines, as_json=as_json)
    return 1 if report.quarantined and fix is None else 0
