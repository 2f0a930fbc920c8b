"""Which rehearsal ratio to choose: short trainings that show forgetting and learning at each.

A proxy learns rows of the earlier version; from there one proxy a ratio learns the new rows with that
share of old ones mixed in. All are measured on held-out rows of both. Owns the plan and its files; the
trainings are done by one worker.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.atomic import atomic_file
from afs_engine.data.digest import hash_key, sha256_file
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import UsageError
from afs_engine.runs.workspace import find_workspace
from afs_engine.stages.mixing.buffer import RehearsalBuffer
from afs_engine.stages.splitting.dataset import split_dataset
from afs_engine.stages.training.backend import Emit
from afs_engine.stages.training.base_check import check_base
from afs_engine.stages.training.results import read_eval_metrics
from afs_engine.stages.training.settings import (
    EvaluateJob,
    MergeJob,
    SequenceJob,
    Step,
    TrainJob,
    TrainSettings,
)
from afs_engine.worker.launch import run_steps

_HELD_OUT = 0.2
ENOUGH_PREVENTED = 0.8
MOST_LEARNING_LOST = 0.05


class RatioOutcome(BaseModel):
    """One ratio. `forgotten` is the rise of the loss on held-out old rows over the proxy that knew only
    them, `learned` the fall of the loss on held-out new rows from there. `prevented` is the share of the
    forgetting without rehearsal that this ratio prevents (None where nothing was forgotten without it).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    ratio: float
    rehearsed_rows: int
    old_loss: float
    new_loss: float
    forgotten: float
    learned: float
    prevented: float | None


class RehearsalPlan(BaseModel):
    """`advised` is the smallest ratio that prevents 80 % of the forgetting and keeps the loss on new rows
    within 5 % of that without rehearsal; None where none does. Losses are per trained token.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    base_model: str
    old_rows: int
    new_rows: int
    seed: int
    old_loss_before: float
    new_loss_before: float
    ratios: list[RatioOutcome]
    advised: float | None


def plan_rehearsal(
    earlier: Path, new: Path, ratios: Sequence[float], rows: int, settings: TrainSettings, emit: Emit
) -> RehearsalPlan:
    """Trains a proxy on at most `rows` rows of `earlier`, and one a ratio on as many of `new`.

    An interrupted plan goes on where it stopped. Raises InputError, and UsageError for a ratio that is none.
    """
    wrong = next((ratio for ratio in ratios if not 0 <= ratio < 1), None)
    if wrong is not None:
        raise UsageError(f"a rehearsal ratio of {wrong:g} is none", hint="0 <= ratio < 1")
    check_base(settings.base_model)
    asked = sorted({0.0, *ratios})  # without rehearsal is what all others are compared with
    inputs = [sha256_file(earlier), sha256_file(new), asked, rows, settings.model_dump(mode="json")]
    work = find_workspace(Path.cwd()).work / f"rehearsal-plan-{hash_key(inputs)[:16]}"
    proxies = _Proxies(work, settings, _Side.of(earlier, rows, settings), _Side.of(new, rows, settings))
    mixed = [proxies.write(ratio) for ratio in asked]
    run_steps(SequenceJob(stage="proxies", unit="steps", steps=proxies.steps(asked), output_dir=work), emit)
    plan = proxies.read(asked, mixed)
    shutil.rmtree(work)
    return plan


@dataclass(frozen=True, slots=True)
class _Side:
    """The old rows, or the new ones."""

    train: list[TrainingSample]
    held_out: list[TrainingSample]

    @classmethod
    def of(cls, path: Path, rows: int, settings: TrainSettings) -> "_Side":
        sides = split_dataset(path, 1 - _HELD_OUT, 0.0, seed=settings.seed)
        train, held_out = sides["train"][:rows], sides["test"][: max(1, round(rows * _HELD_OUT))]
        if not train or not held_out:
            raise UsageError("too few rows to hold some out", where=path, hint="give at least ten")
        return cls(train, held_out)


@dataclass(frozen=True, slots=True)
class _Proxies:
    """The files and jobs of one plan, below `work`."""

    work: Path
    settings: TrainSettings
    old: _Side
    new: _Side

    def write(self, ratio: float) -> int:
        """Writes the training file of a ratio (and the others, once); returns its count of old rows."""
        buffer = RehearsalBuffer()
        buffer.samples = list(self.old.train)
        mixed = buffer.merge_with_new_data(self.new.train, ratio, seed=self.settings.seed)
        _write(self._file(ratio), mixed)
        if not ratio:
            _write(self.work / "old.jsonl", self.old.train)
            _write(self.work / "old_held_out.jsonl", self.old.held_out)
            _write(self.work / "new_held_out.jsonl", self.new.held_out)
        return len(mixed) - len(self.new.train)

    def steps(self, ratios: Sequence[float]) -> list[Step]:
        first, base = self.work / "first", self.work / "base"
        rate = self.settings.chosen_learning_rate()
        further = self.settings.model_copy(update={"base_model": str(base), "learning_rate": rate})
        steps: list[Step] = [
            TrainJob(
                name="old rows", settings=self.settings, train_file=self.work / "old.jsonl", output_dir=first
            ),
            MergeJob(adapter=first, output_dir=base),
            *self._measure(base),
        ]
        for ratio in ratios:
            folder = self._folder(ratio)
            steps.append(
                TrainJob(
                    name=f"ratio {ratio:g}",
                    settings=further,
                    train_file=self._file(ratio),
                    output_dir=folder,
                )
            )
            steps += self._measure(folder)
        return steps

    def read(self, ratios: Sequence[float], rehearsed: Sequence[int]) -> RehearsalPlan:
        old_before, new_before = self._losses(self.work / "base")
        losses = [self._losses(self._folder(ratio)) for ratio in ratios]
        without = losses[0][0] - old_before
        outcomes = [
            RatioOutcome(
                ratio=ratio,
                rehearsed_rows=count,
                old_loss=old,
                new_loss=new,
                forgotten=old - old_before,
                learned=new_before - new,
                prevented=1 - (old - old_before) / without if without > 0 else None,
            )
            for ratio, count, (old, new) in zip(ratios, rehearsed, losses, strict=True)
        ]
        return RehearsalPlan(
            base_model=self.settings.base_model,
            old_rows=len(self.old.train),
            new_rows=len(self.new.train),
            seed=self.settings.seed,
            old_loss_before=old_before,
            new_loss_before=new_before,
            ratios=outcomes,
            advised=advise_ratio(outcomes),
        )

    def _file(self, ratio: float) -> Path:
        return self.work / f"ratio-{ratio:g}.jsonl"

    def _folder(self, ratio: float) -> Path:
        return self.work / f"ratio-{ratio:g}"

    def _measure(self, model: Path) -> list[EvaluateJob]:
        return [
            EvaluateJob(
                model=str(model),
                data_file=self.work / f"{side}_held_out.jsonl",
                output_dir=self.work / f"{model.name}-{side}",
                max_length=self.settings.max_length,
            )
            for side in ("old", "new")
        ]

    def _losses(self, model: Path) -> tuple[float, float]:
        old, new = (read_eval_metrics(self.work / f"{model.name}-{side}").loss for side in ("old", "new"))
        return old, new


def advise_ratio(outcomes: Sequence[RatioOutcome]) -> float | None:
    """The smallest ratio that prevents enough and costs little; `outcomes` by rising ratio, from 0."""
    limit = outcomes[0].new_loss * (1 + MOST_LEARNING_LOST)
    good = (
        each.ratio
        for each in outcomes
        if each.prevented is not None and each.prevented >= ENOUGH_PREVENTED and each.new_loss <= limit
    )
    return next(good, None)


def _write(path: Path, samples: Sequence[TrainingSample]) -> None:
    with atomic_file(path) as file:
        for sample in samples:
            file.write(sample.to_json().encode() + b"\n")
