"""`cloud attach` and `cloud monitor`."""

import click


@click.command("attach")
@click.argument("run", default="")
@click.option("--json", "as_json", is_flag=True, help="Print every event as one JSON object a line.")
def command(run: str, as_json: bool) -> None:
    """Watches RUN (an id or a model's name; the newest by default) until it ends.

    Ctrl-C leaves it running.
    """
    from afs_engine.runs.cloud.ending import find_rented_run
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.train import follow_run

    files = find_rented_run(open_session(), run)
    if as_json:
        follow_run(files, lambda event: click.echo(event.model_dump_json()))
        return
    from afs_engine.cli.output import narrate
    from afs_engine.cli.progress import watch_events

    with watch_events() as watch:
        follow_run(files, watch)
    narrate("the run has finished")
