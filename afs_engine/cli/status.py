"""`afs-engine status`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, print_result, table
from afs_engine.cli.sources_table import source_lines


@click.command("status")
@click.option("--path", type=FILE, default=".", show_default=True, help="The workspace, or a folder in it.")
@json_option
def command(path: Path, as_json: bool) -> None:
    """Shows the workspace's runs and registry, and which sources are on this machine."""
    from afs_engine.runs.status import read_status

    status = read_status(path)
    lines = [f"workspace: {status.workspace}"]
    if status.runs:
        rows = [[run.name, run.state, run.last_stage, run.registered] for run in status.runs]
        lines += ["", *table(["run", "state", "last stage", "registered"], rows)]
    else:
        lines.append("no runs here yet; `afs-engine init DIR` makes a workspace, `afs-engine run` runs it")
    told = status.registry_fault or f"{status.experiments} experiments in {status.registry}"
    lines += ["", f"registry: {told}", ""]
    found = source_lines(status.sources)
    lines += found or ["no chat logs, notes or history found in the home folder"]
    print_result(status, lines, as_json=as_json)
