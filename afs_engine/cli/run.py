"""`afs-engine run`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.runs.stage_names import STAGES


@click.command("run")
@click.argument("recipe", type=FILE)
@click.option(
    "--until", type=click.Choice(STAGES), default=STAGES[-1], help="Stop after this stage. [default: all]"
)
@click.option("--detach", is_flag=True, help="Run it in the background and print its job.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as one JSON object a line.")
def command(recipe: Path, until: str, detach: bool, as_json: bool) -> None:
    """Runs RECIPE. Unchanged stages come from the cache; a stopped run goes on where it stopped.

    A closed terminal does not end it: `afs jobs attach` shows it again.
    """
    if detach:
        _start(recipe, until, as_json)
        return
    from afs_engine.cli.hangup import outlive_terminal
    from afs_engine.runs.runner import run_recipe

    if as_json:
        run_recipe(
            recipe,
            until=until,
            listeners=[outlive_terminal(lambda event: click.echo(event.model_dump_json()))],
        )
        return
    from afs_engine.cli.progress import watch_events
    from afs_engine.cli.run_result import result_lines

    with watch_events() as watch:
        finished = run_recipe(recipe, until=until, listeners=[outlive_terminal(watch)])
    for line in result_lines(finished):
        click.echo(line)


def _start(recipe: Path, until: str, as_json: bool) -> None:
    from afs_engine.cli.jobs.words import job_lines
    from afs_engine.cli.output import print_result
    from afs_engine.runs.jobs.start import start_run

    job = start_run(recipe, until)
    print_result(job, [*job_lines(job), f"watch it: afs jobs attach {job.id}"], as_json=as_json)
