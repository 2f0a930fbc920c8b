"""`training registry-report`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option
from afs_engine.data.counted import counted
from afs_engine.runs.reporting.trackers import TRACKERS, Tracker


@click.command("registry-report")
@click.argument("label", metavar="NAME[@VERSION]")
@click.option("--to", "tracker", type=click.Choice(TRACKERS), required=True, help="The tracker to tell.")
@registry_option
@json_option
def command(label: str, tracker: Tracker, registry: Path | None, as_json: bool) -> None:
    """Tells another experiment tracker of a registered run: settings, curves, measures, tags.

    `report_to` in a recipe's [register] does the same when a run is registered.
    """
    from afs_engine.runs.reporting.report import report_experiment

    told = report_experiment(registry, label, tracker)
    lines = [
        f"told {tracker} of {told.label}: {told.measures} measures, {counted(told.points, 'point')}",
        told.place,
    ]
    print_result(told, lines, as_json=as_json)
