"""What a run forgot and what it learned, beside the earlier run that its recipe names.

Part of the evaluate step. Both adapters are measured row by row: forgotten is what the new one lost on
the earlier run's test set, learned what it gained on those rows of its own that are new.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from pydantic import BaseModel, ConfigDict

from afs_engine.runs.context import StepContext
from afs_engine.stages.comparison.results import Contrast
from afs_engine.stages.training.identity import ADAPTER_CONFIG, ADAPTER_WEIGHTS
from afs_engine.stages.training.row_losses import RowLossRecord

Rows = list[RowLossRecord]
MeasureRows = Callable[[Path, Path], Rows]  # (adapter folder, sample file) to the losses of its rows


class EarlierMetrics(BaseModel):
    """The earlier adapter ("before") and this run's ("after") on the earlier run's test set.

    `forgotten` is the rise in loss there, `learned` the fall in loss on those rows of this run's own test
    set that the earlier one lacks (None without any); below 0 they mean the opposite. Losses are per the
    contrast's unit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    run: str
    loss_before: float
    loss_after: float
    forgotten: float
    learned: float | None
    earlier_test: Contrast
    own_test: Contrast | None


@dataclass(frozen=True, slots=True)
class EarlierModel:
    """The earlier run's adapter and test set."""

    run: str
    adapter: Path
    test_file: Path

    def digests(self, context: StepContext) -> list[str]:
        """What the measurement depends on."""
        files = [self.adapter / ADAPTER_WEIGHTS, self.adapter / ADAPTER_CONFIG, self.test_file]
        return [context.input_digests.of_file(path) for path in files]


def find_earlier_model(context: StepContext) -> EarlierModel | None:
    """The model of the earlier run that the recipe names; None where it names none, or with a warning
    where that run has no adapter or no test rows.
    """
    section = context.recipe.rehearsal
    if section is None or section.run is None:
        return None
    folder = context.workspace.runs / section.run
    found = EarlierModel(section.run, folder / "adapter", folder / "data" / "test.jsonl")
    for path, what in ((found.adapter / ADAPTER_WEIGHTS, "adapter"), (found.test_file, "test rows")):
        if not (path.is_file() and path.stat().st_size):
            context.warn(f"run '{section.run}' has no {what}: what this run forgets is not measured")
            return None
    return found


def measure_forgetting(
    earlier: EarlierModel, adapter: Path, own_test: tuple[Path, Rows] | None, measure: MeasureRows, seed: int
) -> EarlierMetrics:
    """`own_test` is this run's test file and its adapter's losses there. Raises EmptyResultError when the
    adapters share no row of the earlier test set.
    """
    before = measure(earlier.adapter, earlier.test_file)
    forgetting = _contrast(before, measure(adapter, earlier.test_file), seed)
    learning = None
    new = _new_rows(*own_test, earlier.test_file) if own_test else []
    if own_test and new:
        learning = _contrast(measure(earlier.adapter, own_test[0]), new, seed)
    return EarlierMetrics(
        run=earlier.run,
        loss_before=forgetting.overall.before,
        loss_after=forgetting.overall.after,
        forgotten=forgetting.overall.difference,
        learned=-learning.overall.difference if learning else None,
        earlier_test=forgetting,
        own_test=learning,
    )


class _Identity(msgspec.Struct):
    sample_id: str


def _new_rows(own_file: Path, own_rows: Rows, earlier_file: Path) -> Rows:
    """Those of `own_rows` whose sample is not in the earlier test set."""
    decode = msgspec.json.Decoder(_Identity).decode
    known = {decode(line).sample_id for line in earlier_file.read_bytes().splitlines()}
    own = [decode(line).sample_id for line in own_file.read_bytes().splitlines()]
    return [row for row in own_rows if own[row.line - 1] not in known]


def _contrast(before: Rows, after: Rows, seed: int) -> Contrast:
    from afs_engine.stages.comparison.row_pairs import pair_rows  # numpy takes a while to load

    pairs = pair_rows(before, after)
    return Contrast(
        model="adapter",
        unit=pairs.unit,
        unpaired=pairs.unpaired,
        overall=pairs.difference(seed),
        per_domain=pairs.difference_by_domain(seed),
    )
