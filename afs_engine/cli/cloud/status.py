"""`cloud status`."""

import click

from afs_engine.cli.output import json_option


@click.command("status")
@json_option
def command(as_json: bool) -> None:
    """What is rented now, what it costs, and what the budgets hold."""
    from afs_engine.cli.cloud.words import cloud_lines, print_record
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.views import look_at_cloud

    view = look_at_cloud(open_session())
    print_record(view, cloud_lines(view), as_json=as_json)
