"""`training evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, print_result, table
from afs_engine.cli.training.answer_options import answers_option

if TYPE_CHECKING:
    from afs_engine.stages.training.results import EvalMetrics


@click.command("evaluate")
@click.option("--model", required=True, help="An adapter's folder, or a base model's folder or hub name.")
@click.option("--data", type=FILE, help="The file to measure on.")
@click.option(
    "--suite", type=FILE, help="A question suite to measure on, instead of a file; all is answered."
)
@answers_option
@click.option("--output", type=FILE, help="Write the metrics here as JSON.")
@json_option
def command(
    model: str, data: Path | None, suite: Path | None, answers: int, output: Path | None, as_json: bool
) -> None:
    """Measures the loss of the answers and what the model answers itself, overall and per domain.

    A suite is a JSONL of {"question": "...", "expected": "...", "features": ["..."]}.
    """
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.evaluate import choose_questions, evaluate_file

    questions = choose_questions(data, suite, answers)
    with watch_events() as watch:
        metrics = evaluate_file(model, questions, output, watch)
    lines = [*_loss_lines(metrics), *_answer_lines(metrics)]
    if output:
        lines.append(f"metrics: {output}")
    print_result(metrics, lines, as_json=as_json)


def _loss_lines(metrics: "EvalMetrics") -> list[str]:
    rows = [
        [name, each.rows, f"{each.loss:.4f}", _short(each.perplexity)]
        for name, each in [("all", metrics), *metrics.per_domain.items()]
    ]
    return table(["domain", "rows", "loss", "perplexity"], rows)


def _answer_lines(metrics: "EvalMetrics") -> list[str]:
    from afs_engine.stages.comparison.answers import ANSWER_COLUMNS, answer_cells

    if metrics.answers is None:
        return []
    parts = [("all", metrics.answers), *metrics.answers.per_domain.items()]
    parts += [(f"[{name}]", each) for name, each in metrics.answers.per_feature.items()]
    rows = [[name, *answer_cells(each)] for name, each in parts]
    return ["", *table(["answers", *ANSWER_COLUMNS], rows)]


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
