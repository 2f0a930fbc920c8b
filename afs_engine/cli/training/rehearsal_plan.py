"""`training rehearsal-plan`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from afs_engine.cli.options import FILE, FiniteRange, seed_option
from afs_engine.cli.output import json_option, print_result

if TYPE_CHECKING:
    from afs_engine.runs.files.rehearsal_plan import RatioOutcome, RehearsalPlan

_BAR = 24


@click.command("rehearsal-plan")
@click.option("--earlier", type=FILE, required=True, help="The training file of the earlier version.")
@click.option("--new-data", type=FILE, required=True, help="The new samples.")
@click.option(
    "--ratio",
    "ratios",
    type=FiniteRange(0, 1, max_open=True),
    multiple=True,
    default=(0.1, 0.2, 0.3, 0.4),
    show_default=True,
    help="A share of old rows to try; may be repeated. 0 is always tried.",
)
@click.option("--base-model", default="nano", show_default=True, help="The base of the proxies.")
@click.option(
    "--rows", type=click.IntRange(min=5), default=200, show_default=True, help="Rows of each kind at most."
)
@click.option("--epochs", type=click.IntRange(min=1), default=4, show_default=True, help="Passes over them.")
@click.option("--batch-size", type=click.IntRange(min=1), default=8, show_default=True, help="Rows a step.")
@click.option(
    "--max-length", type=click.IntRange(min=8), default=512, show_default=True, help="Tokens a row."
)
@seed_option
@json_option
def command(
    earlier: Path,
    new_data: Path,
    ratios: tuple[float, ...],
    rows: int,
    as_json: bool,
    **settings: object,
) -> None:
    """Trains short proxies at several ratios and shows forgetting and learning at each.

    The same command goes on where it was stopped.
    """
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.rehearsal_plan import plan_rehearsal
    from afs_engine.stages.training.settings import TrainSettings

    with watch_events() as watch:
        plan = plan_rehearsal(earlier, new_data, ratios, rows, TrainSettings.model_validate(settings), watch)
    print_result(plan, _chart(plan), as_json=as_json)


def _chart(plan: "RehearsalPlan") -> list[str]:
    """Bars of forgetting and learning, one line a ratio; each kind against its own longest."""
    most = [max(getattr(each, name) for each in plan.ratios) for name in ("forgotten", "learned")]
    lines = [
        f"{plan.old_rows:,} old and {plan.new_rows:,} new rows on {plan.base_model}; losses per token on"
        " held-out rows",
        f"ratio  old rows  {'forgotten (old loss up)':<{_BAR + 8}} learned (new loss down)",
    ]
    lines += [_line(each, most) for each in plan.ratios]
    if plan.advised is None:
        lines.append("no ratio prevents 80 % of the forgetting at 5 % of the learning: try higher ones")
    else:
        lines.append(
            f"advised: {plan.advised:g}, the smallest that prevents 80 % of the forgetting and keeps the"
            " new rows' loss within 5 %"
        )
    return lines


def _line(each: "RatioOutcome", most: list[float]) -> str:
    forgotten, learned = (
        f"{value:+.3f} {_bar(value, top):<{_BAR}}"
        for value, top in zip((each.forgotten, each.learned), most, strict=True)
    )
    return f"{each.ratio:>5g}  {each.rehearsed_rows:>8,}  {forgotten}  {learned}".rstrip()


def _bar(value: float, top: float) -> str:
    return "█" * round(_BAR * value / top) if value > 0 and top > 0 else ""
