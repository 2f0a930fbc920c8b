"""The plan of a recipe: what a run would do now, from which inputs, and what is cached.

Walks the same steps as a run over a store that never makes anything: the first result that is not
there, and all stages after it, would run. Changes nothing on disk but the memory of input digests.
"""

from contextlib import suppress
from pathlib import Path
from typing import Literal, NoReturn

from pydantic import BaseModel, ConfigDict

from afs_engine.data.input_digests import InputDigests
from afs_engine.data.store import Build, Store
from afs_engine.errors import InputError
from afs_engine.runs.context import StepContext, StepOutcome
from afs_engine.runs.pipeline import Products, walk
from afs_engine.runs.recipe_file import load_recipe
from afs_engine.runs.stage_names import STAGES
from afs_engine.runs.steps.earlier import earlier_files
from afs_engine.runs.steps.export import Exported, export_source
from afs_engine.runs.steps.open_source import source_path
from afs_engine.runs.steps.suites import check_suites
from afs_engine.runs.steps.train import forecast_step
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast

State = Literal["cached", "would run"]


class PlannedSource(BaseModel):
    """One source of the recipe; `rows` is None until it has been exported once."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    kind: str
    path: str
    state: State
    rows: int | None = None
    domains: list[str] = []


class PlannedStage(BaseModel):
    """One stage; row counts are None where the stage would run."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    stage: str
    state: State
    rows_in: int | None = None
    rows_out: int | None = None


class Plan(BaseModel):
    """What a run of the recipe would do. `forecast` is None where the base's shape is not known.

    `no_forecast` then says why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    recipe: str
    run_name: str
    base_model: str
    sources: list[PlannedSource]
    stages: list[PlannedStage]
    forecast: TrainingForecast | None = None
    no_forecast: str | None = None


class WouldRunError(Exception):
    """A result is not in the store: a run would make it."""


class _ReadOnlyStore(Store):
    def _make(self, kind: str, key: str, build: Build) -> NoReturn:
        raise WouldRunError


def plan_recipe(recipe_path: Path, text: str | None = None) -> Plan:
    """The plan for the recipe, or for `text` as if it stood in its file.

    Raises RecipeError, and InputError for a missing input.
    """
    context = read_only_context(recipe_path, text)
    recipe = context.recipe
    check_suites(recipe, context.workspace)
    if recipe.rehearsal:
        earlier_files(context, recipe.rehearsal)
    made = Products()
    stages = _plan_stages(context, made)
    forecast, no_forecast = _forecast(context, made)
    return Plan(
        recipe=str(recipe_path),
        run_name=recipe.run.name,
        base_model=recipe.train.base_model,
        sources=_plan_sources(context),
        stages=stages,
        forecast=forecast,
        no_forecast=no_forecast,
    )


def read_only_context(recipe_path: Path, text: str | None = None) -> StepContext:
    """What steps are given that may only find results; one that is missing raises WouldRunError.

    The recipe is the file's, or `text` as if it stood there. Raises RecipeError.
    """
    recipe = load_recipe(recipe_path, text)
    workspace = Workspace(recipe_path.absolute().parent)
    return StepContext(
        recipe=recipe,
        run_dir=workspace.runs / recipe.run.name,
        workspace=workspace,
        store=_ReadOnlyStore(workspace.store),
        input_digests=InputDigests(workspace.input_digests),
        emit=lambda _event: None,
    )


def _plan_sources(context: StepContext) -> list[PlannedSource]:
    """Each source's state; one after a source that would run depends on its placeholders, so it would too."""
    planned: list[PlannedSource] = []
    before: Exported | None = None
    is_known = True
    for source in context.recipe.sources:
        shown = PlannedSource(name=source.name, kind=source.kind, path=source.path, state="would run")
        with suppress(WouldRunError):
            if is_known:
                is_known = False
                before = export_source(context, source, before)
                is_known = True
                facts = before.entry.result.facts
                shown = shown.model_copy(
                    update={"state": "cached", "rows": facts["rows"], "domains": facts["domains"]}
                )
        source_path(context, source)  # a missing input is told now, not in the middle of a run
        planned.append(shown)
    return planned


def _forecast(context: StepContext, made: Products) -> tuple[TrainingForecast | None, str | None]:
    """The forecast, or why there is none."""
    try:
        return forecast_step(context, made.converted), None
    except InputError as error:
        return None, str(error)


def _plan_stages(context: StepContext, made: Products) -> list[PlannedStage]:
    outcomes: list[StepOutcome] = []
    with suppress(WouldRunError):
        for outcome in walk(context, made, STAGES[-1]):
            outcomes.append(outcome)  # one by one: what was walked before the stop counts
    return [_plan_stage(stage, outcomes) for stage in STAGES]


def _plan_stage(stage: str, outcomes: list[StepOutcome]) -> PlannedStage:
    done = next((each for each in outcomes if each.stage == stage), None)
    if done is None:
        return PlannedStage(stage=stage, state="would run")
    return PlannedStage(stage=stage, state="cached", rows_in=done.rows_in, rows_out=done.rows_out)
