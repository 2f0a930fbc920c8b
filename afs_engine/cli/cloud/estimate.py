"""`cloud estimate`."""

from pathlib import Path

import click

from afs_engine.cli.cloud.wish_options import wish_options
from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option


@click.command("estimate")
@click.option("--budget", "budget_usd", type=float, help="The budget in US dollars.")
@click.option("--recipe", type=FILE, help="The recipe whose [cloud] section says what is needed.")
@wish_options
@json_option
def command(recipe: Path | None, as_json: bool, **wishes: object) -> None:
    """What a run would cost on the best offer, and whether the budget covers the worst case."""
    from afs_engine.cli.cloud.words import print_record
    from afs_engine.runs.cloud.estimate import estimate_lines, estimate_run
    from afs_engine.runs.cloud.forecasted import forecasted_section
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.terms import CloudWish
    from afs_engine.runs.recipe import CloudSection

    section = forecasted_section(recipe) if recipe else CloudSection()
    found = estimate_run(open_session(), section, CloudWish(**wishes))  # type: ignore[arg-type]
    print_record(found, estimate_lines(found), as_json=as_json)
