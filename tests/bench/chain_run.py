"""One side of the chain benchmark in a process of its own: what it cost, and the most memory it held.

CPU is user + system time of the whole process, start and imports included. Memory is the peak of anonymous
pages (RssAnon), looked at every few milliseconds: mapped files are the system's cache and cost nobody.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.chain_rivals import ENTITY_WEIGHT, LENGTH_WEIGHT, MIN_SCORE, SHARES
from tests.program import PROGRAM, ROOT

_LOOK_EVERY_SECONDS = 0.005
_RECIPE = f"""
[run]
name = "bench"

[[sources]]
name = "corpus"
kind = "jsonl"
path = "%s"

[redact]
enabled = %s

[score]
profile = "chain"
min_quality_score = {MIN_SCORE}

[score.profiles.chain]
weights = {{ electra = 0, asar = 0, entity = {ENTITY_WEIGHT}, length = {LENGTH_WEIGHT} }}

[dedup]
near = false

[balance]
weights = {{ {", ".join(f"{domain} = {share}" for domain, share in SHARES.items())} }}

[convert]
format = "openai"
"""


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    cpu_seconds: float
    anonymous_mb: float


def run_ours(corpus: Path, folder: Path, *, redact: bool = False) -> Cost:
    """`afs-engine run --until convert` in a new workspace `folder`, which is removed again."""
    folder.mkdir()
    recipe = folder / "recipe.toml"
    recipe.write_text(_RECIPE % (corpus, str(redact).lower()))
    try:
        return run_measured([*PROGRAM, "run", str(recipe), "--until", "convert", "--json"])
    finally:
        shutil.rmtree(folder)


def run_rival(name: str, corpus: Path, folder: Path) -> Cost:
    """A rival of `chain_rivals`, writing into `folder`, which is removed again."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.bench.chain_rivals", name, str(corpus), str(folder / "out.jsonl")]
    try:
        return run_measured(command)
    finally:
        shutil.rmtree(folder)


def run_measured(command: list[str]) -> Cost:
    """Runs a command to its end. Raises RuntimeError, with what it said, when it fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak_kb = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak_kb = max(peak_kb, _anonymous_kb(process.pid))
        time.sleep(_LOOK_EVERY_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = process.stderr.read().decode(errors="replace") if process.stderr else ""
        raise RuntimeError(f"{command} ended with {process.returncode}: {said}")
    return Cost(usage.ru_utime + usage.ru_stime, peak_kb / 1024)


def _anonymous_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")), 0)
