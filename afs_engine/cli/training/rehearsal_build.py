"""`training rehearsal-build`."""

from pathlib import Path

import click

from afs_engine.cli.options import FiniteRange, input_option, output_option, seed_option
from afs_engine.cli.output import json_option, ledger_lines, print_result, quarantine_lines
from afs_engine.data.counted import counted


@click.command("rehearsal-build")
@input_option
@click.option("--version", required=True, help="The earlier version's name, kept in every row's provenance.")
@output_option
@click.option(
    "--top-ratio",
    type=FiniteRange(0, 1, min_open=True),
    default=0.3,
    show_default=True,
    help="The share of rows to keep, the best first.",
)
@click.option("--min-score", type=FiniteRange(0, 1), help="Drop rows with a lower quality score, or none.")
@click.option(
    "--diversity/--no-diversity",
    default=False,
    show_default=True,
    help="Take the share from each domain, not from the whole.",
)
@click.option("--max-per-domain", type=click.IntRange(min=1), help="At most so many rows of a domain.")
@seed_option
@json_option
def command(
    source: Path,
    version: str,
    output: Path,
    top_ratio: float,
    min_score: float | None,
    diversity: bool,
    max_per_domain: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Keeps the best rows of an earlier version's training file as a rehearsal buffer."""
    from afs_engine.runs.files.rehearsal import build_buffer_file
    from afs_engine.stages.mixing.rehearsal import RehearsalRules

    rules = RehearsalRules(top_ratio, min_score, diversity, max_per_domain, seed)
    report = build_buffer_file(source, output, version, rules)
    lines = [f"wrote {counted(report.rows, 'row')} of {version} to {report.output}"]
    lines += [f"  {count:>9,}  {domain}" for domain, count in report.by_domain.items()]
    lines += ledger_lines(report.ledger) + quarantine_lines(report.quarantine, report.ledger.quarantined)
    print_result(report, lines, as_json=as_json)
