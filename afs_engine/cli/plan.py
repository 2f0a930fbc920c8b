"""`afs-engine plan`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, print_result, table


@click.command("plan")
@click.argument("recipe", type=FILE)
@json_option
def command(recipe: Path, as_json: bool) -> None:
    """Shows what a run of RECIPE would do, from which inputs, and what is cached. Runs nothing."""
    from afs_engine.runs.plan import plan_recipe
    from afs_engine.stages.training.forecast.wording import describe_forecast

    plan = plan_recipe(recipe)
    sources = [
        [s.name, s.kind, s.path, s.state, "?" if s.rows is None else f"{s.rows:,}"] for s in plan.sources
    ]
    stages = [[s.stage, s.state, _count(s.rows_in), _count(s.rows_out)] for s in plan.stages]
    lines = [
        f"{plan.run_name}: base {plan.base_model}",
        "",
        *table(["source", "kind", "path", "state", "rows"], sources),
        "",
        *table(["stage", "state", "rows in", "rows out"], stages),
    ]
    if plan.forecast:
        lines += ["", "training:", *describe_forecast(plan.forecast)]
    elif plan.no_forecast:
        lines += ["", f"training: no forecast: {plan.no_forecast}"]
    print_result(plan, lines, as_json=as_json)


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"
