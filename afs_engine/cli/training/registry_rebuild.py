"""`training registry-rebuild`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option
from afs_engine.data.counted import counted


@click.command("registry-rebuild")
@registry_option
@json_option
def command(registry: Path | None, as_json: bool) -> None:
    """Makes the registry whole from the run folders and from what is still sound in its file.

    A damaged file is kept beside it. A sound one only gets the runs it lacks.
    """
    from afs_engine.runs.files.registry_rebuild import rebuild_registry

    made = rebuild_registry(registry)
    lines = [
        f"{counted(len(made.kept), 'experiment')} of the registry kept, {len(made.added):,} added from runs"
    ]
    lines.append(f"{counted(made.promotions, 'promotion')} in its history")
    lines += [f"  added {label}" for label in made.added]
    lines += [f"  run {run} gives none: {reason}" for run, reason in made.skipped.items()]
    if made.backup:
        lines.append(f"the damaged file is kept: {made.backup}")
    print_result(made, lines, as_json=as_json)
