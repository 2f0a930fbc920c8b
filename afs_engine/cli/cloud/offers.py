"""`cloud offers`."""

from pathlib import Path

import click

from afs_engine.cli.cloud.wish_options import wish_options
from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option


@click.command("offers")
@click.option("--recipe", type=FILE, help="The recipe whose [cloud] section says what is needed.")
@wish_options
@click.option("--limit", type=click.IntRange(min=1), default=15, show_default=True, help="Lines to show.")
@json_option
def command(recipe: Path | None, limit: int, as_json: bool, **wishes: object) -> None:
    """Machines on offer, ranked by the whole job's cost: GPU, set-up, storage, traffic, tear-down."""
    from afs_engine.cli.cloud.words import offer_lines, print_record
    from afs_engine.runs.cloud.forecasted import forecasted_section
    from afs_engine.runs.cloud.session import open_session
    from afs_engine.runs.cloud.terms import CloudWish, apply_wish, need_of
    from afs_engine.runs.cloud.views import list_offers
    from afs_engine.runs.recipe import CloudSection

    section = apply_wish(forecasted_section(recipe) if recipe else CloudSection(), CloudWish(**wishes))  # type: ignore[arg-type]
    found = list_offers(open_session(), need_of(section), interruptible=section.interruptible)[:limit]
    print_record(found, offer_lines(found), as_json=as_json)
