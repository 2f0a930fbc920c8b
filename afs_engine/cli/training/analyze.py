"""`training analyze`."""

from pathlib import Path

import click

from afs_engine.cli.options import inputs_option
from afs_engine.cli.output import json_option, print_result
from afs_engine.data.counted import counted


@click.command("analyze")
@inputs_option
@json_option
def command(inputs: tuple[Path, ...], as_json: bool) -> None:
    """Shows the domain distribution of files, their lengths, scores and copies."""
    from afs_engine.runs.files.analyze import analyze_files

    result = analyze_files(inputs)
    lines = ["Domain Distribution:"]
    for each in result.domains:
        score = "" if each.mean_score is None else f", mean score {each.mean_score:.2f}"
        lines.append(
            f"  {each.domain}: {counted(each.samples, 'sample')} ({each.share:.0%}), "
            f"mean answer {counted(round(each.mean_output_chars), 'character')}{score}"
        )
    lines.append(
        f"{counted(result.rows, 'sample')}, exact copies: {result.exact_copies:,}, "
        f"without a score: {result.unscored:,}"
    )
    lines += [f"  {count:,} rehearsed from {version}" for version, count in result.by_version.items()]
    if result.quarantined:
        lines.append(f"{counted(result.quarantined, 'line')} can't be used; `afs training validate` says why")
    print_result(result, lines, as_json=as_json)
