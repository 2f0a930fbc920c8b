"""A stand-in for a training at work: a run's journal that gets log lines and losses at a steady pace.

Run as: python -m tests.bench.streaming_job RECIPE LINES_PER_SECOND. Holds the run's lock as a real job
does, until it is ended; then the studio calls the run killed.
"""

import math
import sys
import time
from pathlib import Path

from afs_engine.events import LogLine, MetricPoint, Progress, RunStarted, StageStarted
from afs_engine.runs.claim import claim_run
from afs_engine.runs.jobs.recording import record_run
from afs_engine.runs.journal import Journal

_BATCHES_PER_SECOND = 20


def main() -> None:
    recipe, lines_per_second = Path(sys.argv[1]).absolute(), int(sys.argv[2])
    claimed = claim_run(recipe, "train")
    with Journal(claimed.folder.journal, [], locked=claimed.journal) as journal:
        record_run(claimed.folder, recipe, "train")
        journal.record(RunStarted(name="bench", run_dir=str(claimed.folder.path), recipe=str(recipe)))
        journal.record(StageStarted(stage="train"))
        print("streaming", flush=True)
        stream(journal, lines_per_second)


def stream(journal: Journal, lines_per_second: int) -> None:
    step, started = 0, time.monotonic()
    while True:
        for number in range(lines_per_second // _BATCHES_PER_SECOND):
            journal.record(
                LogLine(text=f"step {step} line {number}: loss, rate and memory as a trainer prints them")
            )
        step += 1
        journal.record(MetricPoint(name="train_loss", step=step, value=0.5 + 3 * math.exp(-step / 300)))
        journal.record(Progress(stage="train", done=step, total=100_000, unit="steps"))
        time.sleep(max(0.0, started + step / _BATCHES_PER_SECOND - time.monotonic()))


if __name__ == "__main__":
    main()
