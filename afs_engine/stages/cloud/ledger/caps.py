"""The caps that hold for a run: from the command, the recipe, and the person's own cloud.toml.

    [budget]
    run_usd = 20
    day_usd = 30
    month_usd = 100

The tightest cap that anything names is the one that holds. A day or a month that nothing names is
capped at the run's budget: there is no default of "no limit".
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from afs_engine.errors import BudgetError, RecipeError, nearest_hint
from afs_engine.stages.cloud.money.amounts import checked_budget, micro_down
from afs_engine.stages.cloud.money.budget import Caps

_NAMES = ["run_usd", "day_usd", "month_usd"]


@dataclass(frozen=True)
class BudgetWish:
    """Caps in dollars as one place names them; None where it does not."""

    run_usd: float | None = None
    day_usd: float | None = None
    month_usd: float | None = None


def read_budget_file(path: Path) -> BudgetWish:
    """The caps of the person's cloud.toml; none where there is no file. Raises RecipeError on a bad one."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return BudgetWish()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"can't be read: {error}", where=path) from error
    for name in table:
        if name != "budget":
            raise RecipeError(f"unknown key '{name}'", where=path, hint=nearest_hint(name, ["budget"]))
    budget = table.get("budget", {})
    if not isinstance(budget, dict):
        raise RecipeError("[budget] is not a table", where=path)
    for name in budget:
        if name not in _NAMES:
            raise RecipeError(
                f"unknown key '{name}' in [budget]", where=path, hint=nearest_hint(name, _NAMES)
            )
    return BudgetWish(**{name: checked_budget(value, f"{path}: {name}") for name, value in budget.items()})


def resolve_caps(*wishes: BudgetWish) -> Caps:
    """The caps that hold. Raises BudgetError when nothing names a budget for the run."""
    run = _tightest([wish.run_usd for wish in wishes])
    if run is None:
        raise BudgetError(
            "no budget is set; nothing is rented without one",
            hint="add --budget DOLLARS, or budget_usd under [cloud] in the recipe",
        )
    day = _tightest([wish.day_usd for wish in wishes])
    month = _tightest([wish.month_usd for wish in wishes])
    day = run if day is None else day
    return Caps(micro_down(run), micro_down(day), micro_down(max(day, run) if month is None else month))


def _tightest(named: list[float | None]) -> float | None:
    known = [each for each in named if each is not None]
    return min(known) if known else None
