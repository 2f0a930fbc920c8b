"""`training redact`."""

from pathlib import Path

import click

from afs_engine.cli.options import ROWS_FILE, input_option
from afs_engine.cli.output import json_option, print_result
from afs_engine.data.counted import counted
from afs_engine.errors import UsageError


@click.command("redact")
@input_option
@click.option("--output", type=ROWS_FILE, help="Where the redacted rows go.")
@click.option("--check", is_flag=True, help="Only look; exit 1 when something is found.")
@json_option
def command(source: Path, output: Path | None, check: bool, as_json: bool) -> int:
    """Replaces secrets and personal data in every text; the same secret gets the same placeholder."""
    from afs_engine.runs.files.redact import redact_file

    if check == (output is not None):
        raise UsageError("give either --output FILE or --check", hint="--check writes nothing")
    report = redact_file(source, output)
    lines = [
        f"{counted(report.rows, 'row')}, "
        f"{counted(len(report.findings), 'finding')} in {report.rows_changed:,} of them"
    ]
    lines += [f"  {count:>9,}  {kind}" for kind, count in report.counts.items()]
    if report.output:
        lines.append(f"wrote {report.output}")
    if report.quarantined:
        told = f"; see {report.quarantine}, redacted" if report.quarantine else ""
        lines.append(f"{counted(report.quarantined, 'line')} without a JSON object{told}")
    print_result(report, lines, as_json=as_json)
    return 1 if check and (report.findings or report.quarantined_findings) else 0
