"""`training prepare`."""

from pathlib import Path
from typing import Literal

import click

from afs_engine.cli.options import FILE, input_option, seed_option
from afs_engine.cli.output import json_option, print_result, quarantine_lines, table
from afs_engine.data.counted import counted


@click.command("prepare")
@input_option
@click.option("--output", type=FILE, required=True, help="The folder for the three files.")
@click.option(
    "--train-ratio", type=float, default=0.8, show_default=True, help="The share of rows to train on."
)
@click.option(
    "--val-ratio", type=float, default=0.1, show_default=True, help="The share to watch training with."
)
@click.option("--test-ratio", type=float, help="The share to judge the result by. [default: the rest]")
@click.option("--stratify-by", type=click.Choice(["domain"]), help="Give each domain the same shares.")
@seed_option
@json_option
def command(
    source: Path,
    output: Path,
    train_ratio: float,
    val_ratio: float,
    test_ratio: float | None,
    stratify_by: Literal["domain"] | None,
    seed: int,
    as_json: bool,
) -> None:
    """Splits a file into train.jsonl, val.jsonl and test.jsonl; copies and groups stay together."""
    from afs_engine.runs.files.prepare import prepare_file
    from afs_engine.stages.splitting.ratios import SplitRatios

    rest = round(1 - train_ratio - val_ratio, 9)
    ratios = SplitRatios(train_ratio, val_ratio, rest if test_ratio is None else test_ratio)
    report = prepare_file(source, output, ratios, seed=seed, stratify_by=stratify_by)
    total = max(1, sum(report.rows.values()))
    lines = [
        f"wrote {name}.jsonl: {counted(count, 'row')} ({count / total:.1%})"
        for name, count in report.rows.items()
    ]
    rows = [[domain, c["train"], c["val"], c["test"]] for domain, c in report.by_domain.items()]
    lines += table(["domain", "train", "val", "test"], rows)
    lines.append(
        f"pairs across sides: {report.leaks.exact_pairs} exact, {report.leaks.near_pairs} near-duplicates"
    )
    lines += quarantine_lines(report.quarantine, report.ledger.quarantined)
    print_result(report, lines, as_json=as_json)
