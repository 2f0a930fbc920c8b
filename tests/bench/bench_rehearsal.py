"""What rehearsal prevents: `nano` learns 65816 routines, then a ship's log, with and without old rows.

Run by hand: `python -m tests.bench.bench_rehearsal [SEEDS]` (about a minute of CPU a seed; 5 by default).
For each seed: the loss on held-out routines after the first training, after the second one without
rehearsal, and after the second one with 30 % routines; `prevented` is the share of the rise that the
rehearsal took back. The last columns are the losses on held-out log rows, and their ratio.
Exits 1 unless every seed prevents at least 80 % and keeps the log's loss within 5 %.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from afs_engine.runs.files.rehearsal_plan import (
    ENOUGH_PREVENTED,
    MOST_LEARNING_LOST,
    RehearsalPlan,
    plan_rehearsal,
)
from afs_engine.stages.training.settings import TrainSettings
from tests.bench.rehearsal_corpus import assembly_row, log_row, write_domain

ROWS = 150
RATIO = 0.3
HEADER = "seed  A after A  A after B  with 30 %  prevented  B without  B with 30 %  B ratio"


def plan(seed: int) -> RehearsalPlan:
    settings = TrainSettings(epochs=4, batch_size=8, max_length=256, seed=seed)
    old = write_domain(Path("asm.jsonl"), assembly_row, ROWS * 4 // 3, seed)
    new = write_domain(Path("log.jsonl"), log_row, ROWS * 4 // 3, seed)
    return plan_rehearsal(old, new, [RATIO], ROWS, settings, lambda event: None)


def main(seeds: int) -> int:
    print(HEADER)
    prevented, ratios = [], []
    for seed in range(seeds):
        made = plan(seed)
        without, rehearsed = made.ratios
        assert rehearsed.prevented is not None
        prevented.append(rehearsed.prevented)
        ratios.append(rehearsed.new_loss / without.new_loss)
        print(
            f"{seed:>4}  {made.old_loss_before:9.3f}  {without.old_loss:9.3f}  {rehearsed.old_loss:9.3f}  "
            f"{prevented[-1]:9.1%}  {without.new_loss:9.3f}  {rehearsed.new_loss:11.3f}  {ratios[-1]:7.3f}",
            flush=True,
        )
    print(f"mean prevented {statistics.mean(prevented):.1%}, mean B ratio {statistics.mean(ratios):.3f}")
    good = min(prevented) >= ENOUGH_PREVENTED and max(ratios) <= 1 + MOST_LEARNING_LOST
    return 0 if good else 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
