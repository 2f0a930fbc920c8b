"""The one door for a face: what a program over the engine may call, and the data it gets back.

Names are loaded when they are first used, so importing this module is cheap. Nothing below
`afs_engine.api` is promised to stay where it is.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "AfsError": "afs_engine.errors",
    "EngineReader": "afs_engine.runs.views.reader",
    "PipelineView": "afs_engine.runs.views.pipeline_view",
    "ExperimentLine": "afs_engine.runs.views.experiments_view",
    "ExperimentsView": "afs_engine.runs.views.experiments_view",
    "ComparedLine": "afs_engine.runs.views.experiments_view",
    "ComparisonView": "afs_engine.runs.views.experiments_view",
    "MeasuredCurve": "afs_engine.runs.views.experiments_view",
    "LineageStep": "afs_engine.runs.views.experiments_view",
    "SourceEntry": "afs_engine.runs.views.sources_view",
    "NamedCount": "afs_engine.runs.views.sources_view",
    "RowPreview": "afs_engine.runs.views.sources_view",
    "QuarantinedLine": "afs_engine.runs.views.sources_view",
    "SourceInside": "afs_engine.runs.views.sources_view",
    "SplitView": "afs_engine.runs.views.split_view",
    "DomainSides": "afs_engine.runs.views.split_view",
    "LengthBin": "afs_engine.runs.views.split_view",
    "LeakFacts": "afs_engine.runs.views.split_view",
    "ChatPart": "afs_engine.runs.views.split_view",
    "TrainedRow": "afs_engine.runs.views.split_view",
    "SourceLine": "afs_engine.runs.views.pipeline_view",
    "StageLine": "afs_engine.runs.views.pipeline_view",
    "Spread": "afs_engine.runs.views.training_view",
    "TrainingNeed": "afs_engine.runs.views.training_view",
    "TrainingView": "afs_engine.runs.views.training_view",
    "SettingLine": "afs_engine.runs.views.training_view",
    "MachineMeter": "afs_engine.runs.machine_use",
    "MachineUse": "afs_engine.runs.machine_use",
    "clean_text": "afs_engine.data.display",
    "edit_recipe_text": "afs_engine.runs.recipe_edit",
    "save_recipe_text": "afs_engine.runs.recipe_edit",
    "write_demo": "afs_engine.runs.demo_workspace",
    "init_workspace": "afs_engine.runs.init",
    "load_recipe": "afs_engine.runs.recipe_file",
    "forecast_training": "afs_engine.runs.forecast",
    "TrainingForecast": "afs_engine.stages.training.forecast.training_forecast",
    "plan_recipe": "afs_engine.runs.plan",
    "run_recipe": "afs_engine.runs.runner",
    "read_journal": "afs_engine.runs.journal",
    "read_status": "afs_engine.runs.status",
    "examine": "afs_engine.runs.doctor",
    "Job": "afs_engine.runs.jobs.state",
    "EventBatch": "afs_engine.runs.jobs.event_file",
    "start_run": "afs_engine.runs.jobs.start",
    "resume_job": "afs_engine.runs.jobs.start",
    "pause_job": "afs_engine.runs.jobs.pause",
    "stop_job": "afs_engine.runs.jobs.stop",
    "list_jobs": "afs_engine.runs.jobs.follow",
    "read_job": "afs_engine.runs.jobs.follow",
    "read_job_events": "afs_engine.runs.jobs.follow",
    "follow_events": "afs_engine.runs.jobs.follow",
    "BalanceView": "afs_engine.runs.views.balance_view",
    "RehearsalFacts": "afs_engine.runs.views.balance_view",
    "NEAR_LINE": "afs_engine.runs.views.scores_view",
    "SampleLine": "afs_engine.runs.views.scores_view",
    "SampleOrder": "afs_engine.runs.views.scores_view",
    "SampleView": "afs_engine.runs.views.scores_view",
    "ScoredPart": "afs_engine.runs.views.scores_view",
    "ScoresView": "afs_engine.runs.views.scores_view",
    "ScoreColumns": "afs_engine.runs.views.score_columns",
    "Share": "afs_engine.stages.mixing.shares",
    "plan_shares": "afs_engine.stages.mixing.shares",
    "rehearsal_count": "afs_engine.stages.mixing.shares",
    "CloudSession": "afs_engine.runs.cloud.session",
    "CloudView": "afs_engine.runs.cloud.views",
    "CloudWish": "afs_engine.runs.cloud.terms",
    "MachineView": "afs_engine.runs.cloud.views",
    "OfferView": "afs_engine.runs.cloud.views",
    "CloudSection": "afs_engine.runs.recipe",
    "open_session": "afs_engine.runs.cloud.session",
    "look_at_cloud": "afs_engine.runs.cloud.views",
    "list_offers": "afs_engine.runs.cloud.views",
    "list_costs": "afs_engine.runs.cloud.views",
    "need_of": "afs_engine.runs.cloud.terms",
    "estimate_run": "afs_engine.runs.cloud.estimate",
    "start_rented_run": "afs_engine.runs.cloud.background",
    "find_rented_run": "afs_engine.runs.cloud.ending",
    "stop_rented_run": "afs_engine.runs.cloud.ending",
    "sweep_cloud": "afs_engine.runs.cloud.ending",
    "demo_cloud": "afs_engine.runs.cloud.demo",
}

__all__ = list(_HOMES)

if TYPE_CHECKING:
    from afs_engine.data.display import clean_text as clean_text
    from afs_engine.errors import AfsError as AfsError
    from afs_engine.runs.cloud.background import start_rented_run as start_rented_run
    from afs_engine.runs.cloud.demo import demo_cloud as demo_cloud
    from afs_engine.runs.cloud.ending import find_rented_run as find_rented_run
    from afs_engine.runs.cloud.ending import stop_rented_run as stop_rented_run
    from afs_engine.runs.cloud.ending import sweep_cloud as sweep_cloud
    from afs_engine.runs.cloud.estimate import estimate_run as estimate_run
    from afs_engine.runs.cloud.session import CloudSession as CloudSession
    from afs_engine.runs.cloud.session import open_session as open_session
    from afs_engine.runs.cloud.terms import CloudWish as CloudWish
    from afs_engine.runs.cloud.terms import need_of as need_of
    from afs_engine.runs.cloud.views import CloudView as CloudView
    from afs_engine.runs.cloud.views import MachineView as MachineView
    from afs_engine.runs.cloud.views import OfferView as OfferView
    from afs_engine.runs.cloud.views import list_costs as list_costs
    from afs_engine.runs.cloud.views import list_offers as list_offers
    from afs_engine.runs.cloud.views import look_at_cloud as look_at_cloud
    from afs_engine.runs.demo_workspace import write_demo as write_demo
    from afs_engine.runs.doctor import examine as examine
    from afs_engine.runs.forecast import forecast_training as forecast_training
    from afs_engine.runs.init import init_workspace as init_workspace
    from afs_engine.runs.jobs.event_file import EventBatch as EventBatch
    from afs_engine.runs.jobs.follow import follow_events as follow_events
    from afs_engine.runs.jobs.follow import list_jobs as list_jobs
    from afs_engine.runs.jobs.follow import read_job as read_job
    from afs_engine.runs.jobs.follow import read_job_events as read_job_events
    from afs_engine.runs.jobs.pause import pause_job as pause_job
    from afs_engine.runs.jobs.start import resume_job as resume_job
    from afs_engine.runs.jobs.start import start_run as start_run
    from afs_engine.runs.jobs.state import Job as Job
    from afs_engine.runs.jobs.stop import stop_job as stop_job
    from afs_engine.runs.journal import read_journal as read_journal
    from afs_engine.runs.machine_use import MachineMeter as MachineMeter
    from afs_engine.runs.machine_use import MachineUse as MachineUse
    from afs_engine.runs.plan import plan_recipe as plan_recipe
    from afs_engine.runs.recipe import CloudSection as CloudSection
    from afs_engine.runs.recipe_edit import edit_recipe_text as edit_recipe_text
    from afs_engine.runs.recipe_edit import save_recipe_text as save_recipe_text
    from afs_engine.runs.recipe_file import load_recipe as load_recipe
    from afs_engine.runs.runner import run_recipe as run_recipe
    from afs_engine.runs.status import read_status as read_status
    from afs_engine.runs.views.balance_view import BalanceView as BalanceView
    from afs_engine.runs.views.balance_view import RehearsalFacts as RehearsalFacts
    from afs_engine.runs.views.experiments_view import ComparedLine as ComparedLine
    from afs_engine.runs.views.experiments_view import ComparisonView as ComparisonView
    from afs_engine.runs.views.experiments_view import ExperimentLine as ExperimentLine
    from afs_engine.runs.views.experiments_view import ExperimentsView as ExperimentsView
    from afs_engine.runs.views.experiments_view import LineageStep as LineageStep
    from afs_engine.runs.views.experiments_view import MeasuredCurve as MeasuredCurve
    from afs_engine.runs.views.pipeline_view import PipelineView as PipelineView
    from afs_engine.runs.views.pipeline_view import SourceLine as SourceLine
    from afs_engine.runs.views.pipeline_view import StageLine as StageLine
    from afs_engine.runs.views.reader import EngineReader as EngineReader
    from afs_engine.runs.views.score_columns import ScoreColumns as ScoreColumns
    from afs_engine.runs.views.scores_view import NEAR_LINE as NEAR_LINE
    from afs_engine.runs.views.scores_view import SampleLine as SampleLine
    from afs_engine.runs.views.scores_view import SampleOrder as SampleOrder
    from afs_engine.runs.views.scores_view import SampleView as SampleView
    from afs_engine.runs.views.scores_view import ScoredPart as ScoredPart
    from afs_engine.runs.views.scores_view import ScoresView as ScoresView
    from afs_engine.runs.views.sources_view import NamedCount as NamedCount
    from afs_engine.runs.views.sources_view import QuarantinedLine as QuarantinedLine
    from afs_engine.runs.views.sources_view import RowPreview as RowPreview
    from afs_engine.runs.views.sources_view import SourceEntry as SourceEntry
    from afs_engine.runs.views.sources_view import SourceInside as SourceInside
    from afs_engine.runs.views.split_view import ChatPart as ChatPart
    from afs_engine.runs.views.split_view import DomainSides as DomainSides
    from afs_engine.runs.views.split_view import LeakFacts as LeakFacts
    from afs_engine.runs.views.split_view import LengthBin as LengthBin
    from afs_engine.runs.views.split_view import SplitView as SplitView
    from afs_engine.runs.views.split_view import TrainedRow as TrainedRow
    from afs_engine.runs.views.training_view import SettingLine as SettingLine
    from afs_engine.runs.views.training_view import Spread as Spread
    from afs_engine.runs.views.training_view import TrainingNeed as TrainingNeed
    from afs_engine.runs.views.training_view import TrainingView as TrainingView
    from afs_engine.stages.mixing.shares import Share as Share
    from afs_engine.stages.mixing.shares import plan_shares as plan_shares
    from afs_engine.stages.mixing.shares import rehearsal_count as rehearsal_count
    from afs_engine.stages.training.forecast.training_forecast import TrainingForecast as TrainingForecast


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'afs_engine.api' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
