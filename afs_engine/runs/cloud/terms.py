"""From what a person wrote (recipe, flags) to what may be rented: sizes, hours, caps."""

from dataclasses import dataclass

from afs_engine.runs.cloud.session import CloudSession
from afs_engine.runs.cloud.train import RentTerms
from afs_engine.runs.recipe import CloudSection
from afs_engine.stages.cloud.ledger.caps import BudgetWish, resolve_caps
from afs_engine.stages.cloud.money.amounts import checked_budget
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.training.settings import TrainJob

_PROGRAM_GB = 0.01
_BASE_GB = 16.0  # a base model from the hub, unless it is nano
_ADAPTER_GB = 1.0


@dataclass(frozen=True)
class CloudWish:
    """What the command line asks for; None where it does not say."""

    budget_usd: float | None = None
    hours: float | None = None
    max_hours: float | None = None
    gpu: str | None = None
    gpu_ram_gb: float | None = None
    disk_gb: float | None = None
    interruptible: bool | None = None


def apply_wish(section: CloudSection, wish: CloudWish) -> CloudSection:
    """The recipe's section with the command line's wishes over it."""
    named = {
        "hours": wish.hours,
        "max_hours": wish.max_hours,
        "gpu": wish.gpu,
        "gpu_ram_gb": wish.gpu_ram_gb,
        "disk_gb": wish.disk_gb,
        "interruptible": wish.interruptible,
    }
    return section.model_copy(update={name: value for name, value in named.items() if value is not None})


def need_of(section: CloudSection, job: TrainJob | None = None) -> JobNeed:
    """What the section asks for; with a job, the sizes of its files."""
    from_hub = job is not None and job.settings.base_model != "nano"
    return JobNeed(
        gpu_ram_gb=section.gpu_ram_gb,
        disk_gb=section.disk_gb,
        train_hours=section.hours,
        max_hours=section.max_hours,
        upload_gb=_PROGRAM_GB + _data_gb(job) + (_BASE_GB if from_hub else 0.0),
        result_gb=_ADAPTER_GB if from_hub else _ADAPTER_GB / 10,
        min_reliability=section.min_reliability,
        gpu_name=section.gpu,
    )


def terms_of(
    session: CloudSession, section: CloudSection, wish: CloudWish, job: TrainJob | None = None
) -> RentTerms:
    """What may be rented. Raises BudgetError where nothing names a budget, UsageError on an odd one."""
    chosen = apply_wish(section, wish)
    named = None if wish.budget_usd is None else checked_budget(wish.budget_usd, "--budget")
    recipe = BudgetWish(section.budget_usd, section.day_usd, section.month_usd)
    caps = resolve_caps(BudgetWish(named), recipe, session.own_budget())
    return RentTerms(need_of(chosen, job), caps, chosen.image, chosen.interruptible)


def _data_gb(job: TrainJob | None) -> float:
    paths = [job.train_file, job.val_file] if job is not None else []
    return sum(path.stat().st_size for path in paths if path is not None) / 1e9
