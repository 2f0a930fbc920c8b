"""Running a recipe with its training on a rented machine; everything else runs here."""

import re
from collections.abc import Callable
from pathlib import Path

from afs_engine.errors import UsageError
from afs_engine.events import AnyEvent, RunFinished
from afs_engine.runs.cloud.backup import back_up
from afs_engine.runs.cloud.forecasted import forecasted_section
from afs_engine.runs.cloud.session import CloudSession
from afs_engine.runs.cloud.terms import CloudWish, terms_of
from afs_engine.runs.cloud.train import train_rented
from afs_engine.runs.journal import Listener
from afs_engine.runs.recipe import NAME_PATTERN, CloudSection
from afs_engine.runs.recipe_file import load_recipe
from afs_engine.runs.runner import run_recipe
from afs_engine.stages.cloud.instance.package import pin_packages
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.settings import TrainJob


def run_recipe_rented(
    session: CloudSession, recipe_path: Path, name: str, wish: CloudWish, listeners: list[Listener]
) -> RunFinished:
    """As `run_recipe`, under the budget that flags, recipe and cloud.toml name.

    Whatever is missing (key, budget, packages) is said before any work. Raises BudgetError, CloudError.
    """
    section = check_before_up(session, recipe_path, name, wish)

    def train(job: TrainJob, emit: Callable[[AnyEvent], None]) -> TrainResult:
        known = forecasted_section(recipe_path)  # with the data converted, it knows the time too
        result = train_rented(session, job, terms_of(session, known, wish, job), emit)
        if section.backup:
            back_up(job.output_dir, section.backup, name, emit)
        return result

    return run_recipe(recipe_path, listeners=listeners, name=name, train=train)


def check_before_up(session: CloudSession, recipe_path: Path, name: str, wish: CloudWish) -> CloudSection:
    """The recipe's section. Raises what is missing: budget, key, packages, a name that is one."""
    _check_name(name)
    section = load_recipe(recipe_path).cloud
    terms_of(session, section, wish)
    session.key()
    pin_packages()
    return section


def _check_name(name: str) -> None:
    if not re.fullmatch(NAME_PATTERN, name):
        raise UsageError(f"'{name}' can't be a name", hint="letters, digits, dots, dashes; no spaces")
