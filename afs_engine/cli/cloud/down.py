"""`cloud down`."""

import click

from afs_engine.cli.output import json_option, narrate


@click.command("down")
@click.argument("run", default="")
@json_option
def command(run: str, as_json: bool) -> None:
    """Ends RUN (an id or a model's name; the newest by default) and proves that its machine is gone."""
    from afs_engine.cli.cloud.words import print_record
    from afs_engine.runs.cloud.ending import find_rented_run, stop_rented_run
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.views import cost_view

    session = open_session()
    files = find_rented_run(session, run)
    rentals = [cost_view(each) for each in stop_rented_run(session, files, narrate)]
    lines = [f"machine {each.instance_id}: gone, ${each.at_most_usd:.4f} at most" for each in rentals]
    print_record(rentals, lines or ["nothing was rented for it"], as_json=as_json)
