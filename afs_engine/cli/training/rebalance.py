"""`training rebalance`."""

from pathlib import Path

import click

from afs_engine.cli.options import FiniteRange, inputs_option, output_option, seed_option, shuffle_option
from afs_engine.cli.output import json_option, ledger_lines, print_result, quarantine_lines, table
from afs_engine.data.counted import counted


@click.command("rebalance")
@inputs_option
@output_option
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="NAME=W",
    help="The share of a domain, of domains that begin with it, of a source, an input file, "
    "or `rehearsal`; may be repeated.",
)
@click.option(
    "--min-quality-score", type=FiniteRange(0, 1), help="Leave out rows with a lower score, or none."
)
@click.option("--max-per-domain", type=click.IntRange(min=1), help="At most so many rows of a domain.")
@click.option(
    "--oversample", is_flag=True, help="Repeat rows of scarce names instead of using fewer of the others."
)
@click.option("--total", type=click.IntRange(min=1), help="So many rows, where supply allows.")
@shuffle_option
@seed_option
@json_option
def command(
    inputs: tuple[Path, ...],
    output: Path,
    weights: tuple[str, ...],
    min_quality_score: float | None,
    max_per_domain: int | None,
    oversample: bool,
    total: int | None,
    shuffle: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Draws rows from all inputs in the shares asked for, and shuffles them."""
    from afs_engine.runs.files.rebalance import rebalance_files
    from afs_engine.stages.mixing.balance import BalanceRules
    from afs_engine.stages.mixing.weights import parse_weights

    rules = BalanceRules(
        parse_weights(weights), min_quality_score, max_per_domain, oversample, total, shuffle, seed
    )
    report = rebalance_files(inputs, output, rules)
    rows = [
        [
            share.name,
            share.available,
            share.drawn,
            f"{share.drawn / max(1, report.rows):.1%}",
            "all of it" if share.binds else "",
        ]
        for share in report.shares
    ]
    lines = [
        f"wrote {counted(report.rows, 'row')} to {report.output}",
        *table(["name", "available", "drawn", "share", ""], rows),
    ]
    lines += ledger_lines(report.ledger) + quarantine_lines(report.quarantine, report.ledger.quarantined)
    print_result(report, lines, as_json=as_json)
