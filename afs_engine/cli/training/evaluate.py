"""`training evaluate`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, print_result, table


@click.command("evaluate")
@click.option("--model", required=True, help="An adapter's folder, or a base model's folder or hub name.")
@click.option("--data", type=FILE, required=True, help="The file to measure on.")
@click.option("--output", type=FILE, help="Write the metrics here as JSON.")
@json_option
def command(model: str, data: Path, output: Path | None, as_json: bool) -> None:
    """Measures loss and perplexity of the answers, overall and per domain."""
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.train import evaluate_file

    with watch_events() as watch:
        metrics = evaluate_file(model, data, output, watch)
    rows = [["all", metrics.rows, f"{metrics.loss:.4f}", _short(metrics.perplexity)]]
    rows += [
        [name, each.rows, f"{each.loss:.4f}", _short(each.perplexity)]
        for name, each in metrics.per_domain.items()
    ]
    lines = table(["domain", "rows", "loss", "perplexity"], rows)
    if output:
        lines.append(f"metrics: {output}")
    print_result(metrics, lines, as_json=as_json)


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
