"""`discriminator data`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE, output_option, seed_option
from afs_engine.cli.output import json_option, ledger_lines, print_result, quarantine_lines, table
from afs_engine.data.counted import counted


@click.command("data")
@click.option("--tree", type=FILE, help="A source tree: its .asm and .md files are the real text.")
@click.option(
    "--input", "inputs", type=FILE, multiple=True, help="A file of samples to use instead; may be repeated."
)
@output_option
@seed_option
@json_option
def command(tree: Path | None, inputs: tuple[Path, ...], output: Path, seed: int, as_json: bool) -> None:
    """Writes pairs of real text and its corruption, to train and examine a discriminator on."""
    from afs_engine.errors import UsageError
    from afs_engine.runs.files.discriminator import make_pairs_from_samples, make_pairs_from_tree

    if (tree is None) == (not inputs):
        raise UsageError("name either --tree or --input", hint="real text comes from one of the two")
    if tree is not None:
        report = make_pairs_from_tree(tree, output, seed=seed)
    else:
        report = make_pairs_from_samples(inputs, output, seed=seed)
    rows = [[each.kind, each.material, each.told_by, each.train, each.held_out] for each in report.kinds]
    lines = [f"wrote {counted(report.pairs, 'pair')} to {report.output}"]
    lines += table(["corruption", "text", "told by", "train", "held out"], rows)
    lines += ledger_lines(report.ledger) + quarantine_lines(report.quarantine, report.ledger.quarantined)
    lines += [f"not read: {path} ({reason})" for path, reason in sorted(report.unread.items())]
    print_result(report, lines, as_json=as_json)
