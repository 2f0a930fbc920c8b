"""`cloud logs`."""

import click


@click.command("logs")
@click.argument("run", default="")
@click.option("--tail", type=click.IntRange(min=1), default=40, show_default=True, help="Lines to show.")
@click.option("--json", "as_json", is_flag=True, help="Print events as one JSON object a line.")
def command(run: str, tail: int, as_json: bool) -> None:
    """What RUN (an id or a model's name; the newest by default) has said."""
    from afs_engine.cli.cloud.log_lines import log_line
    from afs_engine.data.display import clean_text
    from afs_engine.runs.cloud.ending import find_rented_run
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.jobs.event_file import read_last_events

    events = read_last_events(find_rented_run(open_session(), run).events, 0)
    if as_json:
        for event in events[-tail:]:
            click.echo(event.model_dump_json())
        return
    lines = [line for line in map(log_line, events) if line]
    for line in lines[-tail:]:
        click.echo(clean_text(line))
