"""`discriminator score`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE, ROWS_FILE, default_output, input_option
from afs_engine.cli.output import json_option, ledger_lines, narrate, print_result, quarantine_lines
from afs_engine.data.counted import counted


@click.command("score")
@input_option
@click.option("--output", type=ROWS_FILE, help="Where the scored rows go. [default: INPUT_scored.jsonl]")
@click.option(
    "--model",
    type=FILE,
    help="The folder of a discriminator, n-gram or ELECTRA; without one it takes no part.",
)
@click.option("--profile", default="generic", show_default=True, help="generic, asm or dialogue.")
@click.option("--no-electra", is_flag=True, help="Leave the discriminator out.")
@click.option(
    "--device", default="cpu", show_default=True, help="Where the discriminator runs: cpu, cuda, mps."
)
@click.option(
    "--batch-size", type=click.IntRange(min=1), default=32, show_default=True, help="Rows a model call."
)
@json_option
def command(
    source: Path,
    output: Path | None,
    model: Path | None,
    profile: str,
    no_electra: bool,
    device: str,
    batch_size: int,
    as_json: bool,
) -> None:
    """Writes every row with its quality_score in [0, 1] and the components that took part."""
    from afs_engine.cli.histogram import histogram_lines
    from afs_engine.runs.files.score import score_file
    from afs_engine.runs.workspace import find_workspace
    from afs_engine.stages.discriminator.loading import load_discriminator

    target = output or default_output(source, "scored")
    electra = (
        None
        if no_electra or model is None
        else load_discriminator(model, device=device, batch_size=batch_size)
    )
    report = score_file(
        source, target, profile=profile, electra=electra, cache_path=find_workspace(Path.cwd()).score_cache
    )
    for remark in report.remarks:
        narrate(f"warning: {remark}")
    lines = [f"scored {counted(report.rows, 'row')} with profile {profile}: {report.output}"]
    lines += histogram_lines(report.histograms.everything)
    lines += ledger_lines(report.ledger) + quarantine_lines(report.quarantine, report.ledger.quarantined)
    print_result(report, lines, as_json=as_json)
