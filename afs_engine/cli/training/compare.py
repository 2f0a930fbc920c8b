"""`training compare`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE, seed_option
from afs_engine.cli.output import json_option, print_result, table
from afs_engine.cli.training.answer_options import answers_option


class _SeveralModels(click.Command):
    """Lets `--models A B C` stand for `--models A --models B --models C`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        among_models = False
        for word in args:
            if word.startswith("-"):
                among_models = word == "--models"
                spread += [] if among_models else [word]
            else:
                spread += ["--models", word] if among_models else [word]
        return super().parse_args(ctx, spread)


@click.command("compare", cls=_SeveralModels)
@click.option(
    "--models",
    multiple=True,
    required=True,
    metavar="A B...",
    help="Adapter folders, bases, or registered versions; all are set against the first.",
)
@click.option("--data", type=FILE, help="The file to measure on, best a test set.")
@click.option(
    "--suite", type=FILE, help="A question suite to measure on, instead of a file; all is answered."
)
@answers_option
@click.option("--report", type=FILE, help="Write the comparison here, as .md or .html.")
@seed_option
@json_option
def command(
    models: tuple[str, ...],
    data: Path | None,
    suite: Path | None,
    answers: int,
    report: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Measures models on the same rows and tells how sure their difference is.

    The report also has what each model answered, side by side. For suites see `evaluate --help`.
    """
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.compare import compare_models
    from afs_engine.runs.files.evaluate import choose_questions
    from afs_engine.stages.comparison import report as tables
    from afs_engine.stages.comparison.answers import answer_rows

    questions = choose_questions(data, suite, answers)
    with watch_events() as watch:
        made = compare_models(list(models), questions, report, seed, watch)
    lines = [*table(tables.MEASURES, tables.measure_rows(made)), ""]
    if made.questions:
        lines += [*table(tables.ANSWERS, answer_rows(made.models)), ""]
    lines += [*table(tables.DIFFERENCES, tables.difference_rows(made)), "", *tables.remarks(made)]
    if report:
        lines.append(f"report: {report}")
    print_result(made, lines, as_json=as_json)
