"""Two made-up domains that a small model can learn and mix up: 65816 routines, and a ship's log.

The same seed gives the same rows. Both are drawn from templates, so that held-out rows are new but alike.
"""

import random
from collections.abc import Callable
from pathlib import Path

from afs_engine.data.sample import TrainingSample

_REGISTERS = ["INIDISP", "BGMODE", "VMADDL", "CGADD", "NMITIMEN", "MDMAEN", "HDMAEN", "WRMPYA"]
_PARTS = ["Lantern", "Kelp", "Tide", "Anchor", "Reef", "Pearl", "Gull", "Brine"]
_VERBS = ["Draw", "Move", "Load", "Fade", "Wait"]
_WINDS = ["calm", "a light breeze", "a fresh wind", "a gale"]
_SIGHTS = ["a pod of whales", "a red buoy", "driftwood", "two fishing boats", "the lighthouse of Sorrel"]
_MONTHS = ["April", "May", "June", "July", "August", "September"]


def assembly_row(pick: random.Random) -> TrainingSample:
    name = f"{pick.choice(_PARTS)}_{pick.choice(_VERBS)}"
    register, value = pick.choice(_REGISTERS), pick.randrange(16) * 16
    return TrainingSample(
        instruction=f"Write {name}, which stores ${value:02X} in {register}.",
        output=f"{name}:\n  SEP #$20\n  LDA.b #${value:02X}\n  STA.w {register}\n  REP #$20\n  RTL",
        domain="asm",
    )


def log_row(pick: random.Random) -> TrainingSample:
    day, month = pick.randrange(1, 29), pick.choice(_MONTHS)
    wind, sight = pick.choice(_WINDS), pick.choice(_SIGHTS)
    return TrainingSample(
        instruction=f"Log of {day} {month}: {wind}, {sight}.",
        output=f"On {day} {month} we had {wind} from the west. At noon we saw {sight}.",
        domain="log",
    )


def write_domain(path: Path, make: Callable[[random.Random], TrainingSample], rows: int, seed: int) -> Path:
    pick = random.Random(f"{path.stem} {seed}")
    unique = {sample.sample_id: sample for sample in (make(pick) for _ in range(rows * 2))}
    path.write_text("".join(sample.to_json() + "\n" for sample in list(unique.values())[:rows]))
    return path
