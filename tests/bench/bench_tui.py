"""The studio's budgets, measured through a pseudo-terminal: start, keys, counts, pages, CPU, memory.

Run as: python -m tests.bench.bench_tui [ROWS] [FOLDER]; makes a workspace of ROWS samples (1,000,000) in
FOLDER (kept, so a second run starts at once). Prints a table of what was measured beside its budget and
never fails: seconds on a shared machine are no test. CPU figures are the process's own time.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from afs_tui.modes import MODES
from tests.bench.million_samples import make_workspace
from tests.program import ROOT, environment
from tests.tui.terminal_session import TerminalSession, studio_command

LINES_PER_SECOND = 1000
STARTS = 7
KEYS_A_SCREEN = 40
PAGES = 150
_BARE = (
    "from textual.app import App\nfrom textual.widgets import Label\n"
    "class Bare(App):\n    def compose(self):\n        yield Label('BARE LABEL')\n"
    "    def on_key(self): self.exit()\nBare().run()\n"
)
_HEAVY = ("torch", "transformers", "polars", "numpy", "pyarrow")
# Keys that change something on a screen; elsewhere help opens and closes, which draws the most.
_KEYS_BY_MODE = {
    "scores": ("right", "left"),
    **dict.fromkeys(("pipeline", "balance"), ("down", "up")),
}
_COUNTS = re.compile(rb"threshold [\d.]+: [\d,]+ of [\d,]+ kept")


def main() -> None:
    rows = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 1_000_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="afs-bench-")).absolute()
    print(f"{rows:,} samples in {folder}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    recipe = make_workspace(folder / "data", rows)
    print(f"{'what':<58}{'measured':>22}{'budget':>12}")
    _report_imports()
    _report_starts(recipe)
    with _streaming(recipe), TerminalSession(studio_command(recipe), folder, columns=140, rows=45) as session:
        session.wait_for("Pipeline")
        _report_screens(session)
        _report_scores(session)
        _report_training(session)
        _report_memory(session)


def _row(what: str, measured: str, budget: str = "") -> None:
    print(f"{what:<58}{measured:>22}{budget:>12}", flush=True)


# --- start


def _report_imports() -> None:
    code = f"import sys, afs_tui.app; print(len(sys.modules), [m for m in {_HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    modules, heavy = done.stdout.strip().split(" ", 1)
    _row("import afs_tui.app: heavy modules", heavy, "[]")
    _row("import afs_tui.app: modules", modules)


def _report_starts(recipe: Path) -> None:
    """First paint of the studio and of a bare app, in turns, so that a busy machine hits both."""
    bare, studio = [], []
    for _ in range(STARTS):
        bare.append(_first_paint((sys.executable, "-c", _BARE), b"BARE LABEL", recipe.parent))
        studio.append(_first_paint(studio_command(recipe), b"Pipeline", recipe.parent))
    for what in ("wall", "cpu"):
        bare_ms = 1000 * statistics.median(getattr(each, what) for each in bare)
        studio_ms = 1000 * statistics.median(getattr(each, what) for each in studio)
        measured = f"{studio_ms:.0f} / {bare_ms:.0f} ms = {studio_ms / bare_ms:.2f}"
        _row(f"exec to first paint, {what}: studio / bare one-label app", measured, "2.2")


def _first_paint(command: tuple[str, ...], shown: bytes, home: Path) -> "Delay":
    """From the start of a program until it has drawn its first words."""
    started = time.perf_counter()
    with TerminalSession(command, home, columns=120, rows=40) as session:
        while shown not in session.raw:
            session.read_once(1.0)
        took = Delay(time.perf_counter() - started, cpu_seconds(session.process.pid))
        session.press("q")
        session.wait_for_end()
    return took


# --- keys while a job streams


@contextmanager
def _streaming(recipe: Path) -> Iterator[None]:
    job = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.streaming_job", str(recipe), str(LINES_PER_SECOND)],
        cwd=ROOT,
        env=environment(recipe.parent),
        stdout=subprocess.PIPE,
    )
    try:
        assert job.stdout
        job.stdout.readline()
        yield
    finally:
        job.kill()
        job.wait()


def _report_screens(session: TerminalSession) -> None:
    """From a key to the first byte of its paint, on every screen."""
    for mode in MODES:
        session.press(mode.key)
        session.read_for(3.0)
        keys = _KEYS_BY_MODE.get(mode.name, ("?", "?"))
        delays = [_key_to_paint(session, keys[number % 2]) for number in range(KEYS_A_SCREEN)]
        _row(f"key to paint, {mode.title}, while a job streams (p50, p95)", _spread(delays), "p95 50 ms")


def _key_to_paint(session: TerminalSession, key: str) -> "Delay":
    session.read_for(0.03)
    before = len(session.raw)
    return _until(session, key, lambda: len(session.raw) > before)


@dataclass(frozen=True)
class Delay:
    """From a cause to what it does: seconds on the clock, and of the UI process's CPU."""

    wall: float
    cpu: float


def _until(session: TerminalSession, key: str, is_there: Callable[[], bool], limit: float = 2.0) -> Delay:
    """The delay from sending a key until something is there."""
    spent, started = cpu_seconds(session.process.pid), time.perf_counter()
    session.send(key)
    while not is_there() and time.perf_counter() - started < limit:
        session.read_once(0.5)
    return Delay(time.perf_counter() - started, cpu_seconds(session.process.pid) - spent)


# --- scores of all samples


def _report_scores(session: TerminalSession) -> None:
    session.press("3")
    session.wait_for("Samples, just under the line first", seconds=120)
    session.wait_for(lambda text: " keep " in text or " drop " in text, seconds=120)
    moves = []
    for number in range(KEYS_A_SCREEN):
        session.read_for(0.25)  # the move before is over, its new order of samples too
        start = len(session.raw)
        key = "right" if number % 4 < 2 else "left"
        moves.append(_until(session, key, lambda start=start: bool(_COUNTS.search(session.raw, start))))
    _row("threshold move to updated counts (p50, p95)", _spread(moves), "50 ms")
    session.press("tab", "tab")
    session.read_for(1.0)
    start = cpu_seconds(session.process.pid)
    for _ in range(PAGES):
        session.press("pagedown")
    spent = cpu_seconds(session.process.pid) - start
    _row("page-down in the sample table, all the process's CPU", f"{1000 * spent / PAGES:.1f} ms", "15 ms")


def _report_training(session: TerminalSession) -> None:
    names = [mode.key for mode in MODES if mode.name == "train"]
    session.press(names[0] if names else MODES[0].key)
    session.read_for(2.0)
    start, began = cpu_seconds(session.process.pid), time.monotonic()
    session.read_for(10.0)
    share = (cpu_seconds(session.process.pid) - start) / (time.monotonic() - began)
    _row(
        f"UI process while a job streams {LINES_PER_SECOND} lines/s", f"{100 * share:.1f} % of a core", "20 %"
    )


def _report_memory(session: TerminalSession) -> None:
    pid = session.process.pid
    _row("memory of the UI process (resident)", f"{_resident_mb(pid):.0f} MB", "400 MB")
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            _row("memory of the reading process (resident)", f"{_resident_mb(int(child)):.0f} MB")


def cpu_seconds(pid: int) -> float:
    """The CPU time of all threads of a process."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1000


def _spread(delays: list[Delay]) -> str:
    """Median and 95th percentile on the clock, and that percentile of the CPU time."""
    wall, cpu = sorted(each.wall for each in delays), sorted(each.cpu for each in delays)
    high = int(0.95 * len(delays))
    return f"{1000 * statistics.median(wall):.0f}, {1000 * wall[high]:.0f}; CPU {1000 * cpu[high]:.0f} ms"


if __name__ == "__main__":
    main()
