"""`cloud sweep`."""

import click

from afs_engine.cli.output import json_option, narrate


@click.command("sweep")
@click.option("--yes", is_flag=True, help="Destroy without asking (for timers).")
@json_option
def command(yes: bool, as_json: bool) -> None:
    """Finds machines that were rented from here and that no run controls any more, and destroys them.

    Machines of others are shown with their price and never touched. Safe to run from a timer:
    */10 * * * * afs cloud sweep --yes
    """
    from afs_engine.cli.cloud.words import print_record
    from afs_engine.runs.cloud.ending import look_for_leftovers, sweep_cloud
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.views import sweep_view

    session = open_session()
    plan = look_for_leftovers(session)
    view = sweep_view(session, plan)
    if plan.has_work:
        for each in view.to_destroy:
            narrate(f"will destroy machine {each.instance_id} ({each.name}, {each.gpu})")
        if not yes:
            click.confirm("destroy them?", abort=True, err=True)
        sweep_cloud(session, plan, narrate)
    lines = [f"destroyed and proven gone: {len(view.to_destroy)}"]
    lines += [f"not ours, left alone: {each.instance_id} {each.gpu}" for each in view.foreign]
    print_record(view, lines, as_json=as_json)
