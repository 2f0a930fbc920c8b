"""`discriminator train`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE, seed_option
from afs_engine.cli.output import json_option, narrate, print_result, table


@click.command("train")
@click.option("--data", type=FILE, required=True, help="The pairs, from `discriminator data`.")
@click.option("--output", type=FILE, required=True, help="The folder for the discriminator.")
@click.option(
    "--kind",
    type=click.Choice(["ngram", "electra"]),
    default="ngram",
    show_default=True,
    help="ngram: hashed n-grams and logistic regression, trained in seconds; electra: a transformer.",
)
@click.option("--base", default="", help="electra: a folder or hub name. [default: a small one from scratch]")
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="electra: passes over the data.",
)
@click.option("--device", default="cpu", show_default=True, help="electra: cpu or cuda.")
@seed_option
@json_option
def command(data: Path, output: Path, as_json: bool, **settings: object) -> None:
    """Trains a discriminator and reports its AUC on held-out files, by kind of corruption."""
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.discriminator import DiscriminatorSettings, train_discriminator

    with watch_events() as watch:
        report = train_discriminator(data, output, DiscriminatorSettings.model_validate(settings), watch)
    for remark in report.remarks:
        narrate(f"warning: {remark}")
    lines = [f"trained the {report.card.kind} discriminator: {report.output}"]
    rows = [
        [kind.kind, result.material, kind.told_by, kind.corrupted, _show(kind.auc)]
        for result in report.card.materials
        for kind in result.kinds
    ]
    rows += [
        ["all", each.material, "", each.held_out // 2, _show(each.auc)] for each in report.card.materials
    ]
    lines += table(["corruption", "text", "told by", "held out", "AUC"], rows)
    print_result(report, lines, as_json=as_json)


def _show(auc: float | None) -> str:
    return "not known" if auc is None else f"{auc:.3f}"
