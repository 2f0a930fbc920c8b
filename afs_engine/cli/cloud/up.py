"""`cloud up`."""

from pathlib import Path

import click

from afs_engine.cli.cloud.wish_options import wish_options
from afs_engine.cli.options import FILE


@click.command("up")
@click.option("--budget", "budget_usd", type=float, help="The most this may cost, in US dollars.")
@click.option("--model", required=True, help="The name of what is trained.")
@click.option("--recipe", type=FILE, default="recipe.toml", show_default=True, help="The recipe to train.")
@wish_options
@click.option("--json", "as_json", is_flag=True, help="Print every event as one JSON object a line.")
def command(model: str, recipe: Path, as_json: bool, **wishes: object) -> None:
    """Runs RECIPE with its training on a rented GPU; the rest is done here.

    The worst case is reserved in the budget before anything is rented. Ctrl-C stops the watching, not
    the machine: `afs cloud attach` watches again, `afs cloud down` ends it. The same command goes on
    with a run that is under way.
    """
    from afs_engine.cli.hangup import outlive_terminal
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.terms import CloudWish
    from afs_engine.runs.cloud.up import run_recipe_rented

    wish = CloudWish(**wishes)  # type: ignore[arg-type]
    if as_json:
        listen = outlive_terminal(lambda event: click.echo(event.model_dump_json()))
        run_recipe_rented(open_session(), recipe, model, wish, [listen])
        return
    from afs_engine.cli.progress import watch_events
    from afs_engine.cli.run_result import result_lines

    with watch_events() as watch:
        finished = run_recipe_rented(open_session(), recipe, model, wish, [outlive_terminal(watch)])
    for line in result_lines(finished):
        click.echo(line)
