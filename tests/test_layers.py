"""The layers point one way, and a cheap call imports nothing heavy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "transformers", "trl", "peft", "datasets", "polars", "numpy", "pyarrow", "textual")

# What each layer must not import. `api` and `cli` are on top, `errors` and `events` below all.
FORBIDDEN = {
    "afs_engine/errors.py": ("afs_engine.",),
    "afs_engine/events.py": ("afs_engine.",),
    "afs_engine/data": (
        "afs_engine.stages",
        "afs_engine.runs",
        "afs_engine.cli",
        "afs_engine.api",
        "afs_engine.worker",
    ),
    "afs_engine/stages": ("afs_engine.runs", "afs_engine.cli", "afs_engine.api", "afs_engine.worker"),
    "afs_engine/worker": ("afs_engine.runs", "afs_engine.cli", "afs_engine.api"),
    "afs_engine/runs": ("afs_engine.cli", "afs_engine.api"),
    "afs_engine": ("textual", "afs_tui"),
}


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize(("place", "forbidden"), FORBIDDEN.items())
def test_layers_point_downwards(place: str, forbidden: tuple[str, ...]) -> None:
    home = ROOT / place
    files = [home] if home.is_file() else sorted(home.rglob("*.py"))
    assert files
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imported_names(file)
        for prefix in forbidden
        if name == prefix.rstrip(".") or name.startswith(prefix if prefix.endswith(".") else f"{prefix}.")
    }
    assert not wrong


def test_the_studio_knows_only_the_api() -> None:
    for file in sorted((ROOT / "afs_tui").rglob("*.py")):
        inside = {name for name in imported_names(file) if name.startswith("afs_engine.")}
        assert all(name.startswith(("afs_engine.api", "afs_engine.events")) for name in inside), file


@pytest.mark.parametrize(
    "code",
    [
        "from afs_engine.cli.main import _run; _run(['--help'])",
        "from afs_engine.cli.main import _run; _run(['training', '--help'])",
        "from afs_engine.cli.main import _run; _run(['run', '--help'])",
        "import afs_engine, afs_engine.api, afs_engine.events",
        "from afs_engine import TrainingSample, ScoringConfig",
    ],
)
def test_cheap_calls_import_nothing_heavy(code: str) -> None:
    check = f"\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code + check], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.strip().endswith("[]"), done.stderr
