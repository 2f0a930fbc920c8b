"""Long check: 2,000 seeded fault schedules with kills, and 1,000 races for the last dollar.

    python -m tests.soak.check_cloud_faults [SCHEDULES]

Prints what came of the runs; ends with 1 when any invariant broke.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.cloud.race import WANTED, race
from tests.cloud.schedules import Result, draw_schedule, play


def main(schedules: int) -> int:
    begun = time.process_time()
    ends: Counter[str] = Counter()
    broken = []
    for seed in range(schedules):
        try:
            result = _play(seed)
            ends["finished" if result.finished else result.error.split(":")[0][:50]] += 1
        except AssertionError as error:
            broken.append(seed)
            print(f"seed {seed}: {error}", flush=True)
    for end, count in ends.most_common():
        print(f"{count:6,}  {end}")
    with tempfile.TemporaryDirectory() as folder:
        committed = race(Path(folder), 1_000)
    over = sum(each != WANTED for each in committed)
    print(f"{schedules:,} schedules, {len(broken)} broken; 1,000 races, {over} wrong; ", end="")
    print(f"{time.process_time() - begun:.0f} s of CPU")
    return 1 if broken or over else 0


def _play(seed: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        result = play(draw_schedule(seed), Path(folder))
    result.check()
    return result


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
