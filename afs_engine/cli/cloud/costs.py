"""`cloud costs`."""

import click

from afs_engine.cli.output import json_option, narrate


@click.command("costs")
@json_option
def command(as_json: bool) -> None:
    """What every rental cost: our meter, the most it can be, and what was invoiced."""
    from afs_engine.cli.cloud.words import cost_lines, print_record
    from afs_engine.errors import CloudError, MissingPartError
    from afs_engine.runs.cloud.ending import reconcile
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.views import list_costs

    session = open_session()
    try:
        reconcile(session)
    except (CloudError, MissingPartError) as error:
        narrate(f"invoices can't be asked for: {error}")
    costs = list_costs(session)
    print_record(costs, cost_lines(costs), as_json=as_json)
