"""The whole way with keys alone, in the real program: from a found source to a registered experiment.

Quits during the training and comes back; what the studio saved gives the same digests on the command line.
"""

import json
import re
import shutil
from pathlib import Path

from afs_engine import api
from tests.program import call_well
from tests.tui.terminal_session import TerminalSession, studio_command

NOTES = """# Lighthouse

The lamp room table sits at $7EF340 and holds twelve bytes per lamp; the first byte is the fuel.

# Keeper

The keeper walks the stairs at dusk, and the game saves the lamp table when he reaches the top of the tower.
"""
_LOSS = re.compile(r"train loss (\d+\.\d+)")


def prepare(home: Path) -> Path:
    """A sample workspace with a short training, and notes where a machine has them by custom."""
    recipe = api.init_workspace(home / "my-model")
    text = recipe.read_text(encoding="utf-8")
    text = text.replace("epochs = 4", "epochs = 2").replace(
        "oversample = true", "oversample = true\ntotal = 64"
    )
    recipe.write_text(text, encoding="utf-8")
    (home / ".context" / "memory").mkdir(parents=True)
    (home / ".context" / "memory" / "notes.md").write_text(NOTES, encoding="utf-8")
    return recipe


def loss_on(text: str) -> float | None:
    """The newest loss that the chart names."""
    found = _LOSS.search(text)
    return float(found.group(1)) if found else None


def test_from_a_found_source_to_an_experiment_with_keys_alone(tmp_path: Path) -> None:
    recipe = prepare(tmp_path)
    with TerminalSession(studio_command(recipe), tmp_path) as session:
        choose_data(session)
        loss = train_until_the_loss_falls(session)
        session.press("q")
        assert session.wait_for_end() == 0
        assert session.is_restored()
    assert any(job.is_live for job in api.list_jobs(recipe.parent))
    with TerminalSession(studio_command(recipe), tmp_path) as session:
        session.wait_for("running tidewake-v2")
        session.press("6")
        session.wait_for(lambda text: (loss_on(text) or loss) < loss, seconds=300)
        session.wait_for("finished tidewake-v2", seconds=300)
        session.press("8")
        session.wait_for(lambda text: "tidewake-v2" in text and "No experiments yet" not in text)
        session.press("q")
        assert session.wait_for_end() == 0
    assert_the_same_from_the_command_line(recipe, tmp_path / "fresh")


def choose_data(session: TerminalSession) -> None:
    """Takes in a source, exports, moves the threshold, sets two sliders, looks at the split."""
    session.wait_for("never run")
    session.press("2")
    session.wait_for("1 more on this machine")
    session.press("down", "down", "down", "down", "space")
    session.wait_for("5 in the recipe")
    session.press("r")
    session.wait_for("finished tidewake-v2")
    session.press("3")
    session.wait_for("No scores yet")
    session.press("r")
    session.wait_for(lambda text: bool(re.search(r"\d of \d+ kept", text)))
    session.wait_for(has_finished)
    session.press("=", *"0.55", "enter")
    session.wait_for("threshold 0.55:")
    session.press("4")
    session.wait_for("Counts are estimates")
    session.press("=", *"50", "enter", "l", "down", "right", "right")
    session.wait_for("27.00 %")
    session.press("r")
    session.wait_for(lambda text: "rehearsed (" in text and "Counts are estimates" not in text)
    session.wait_for(has_finished)
    session.press("5")
    session.wait_for("assistant, trained")


def has_finished(text: str) -> bool:
    """No job runs any more; a run up to a stage may go on in the folder of the one before, so no number."""
    return "finished tidewake-v2" in text and "running tidewake-v2" not in text


def train_until_the_loss_falls(session: TerminalSession) -> float:
    """Starts the training and watches; the first loss that was seen."""
    session.press("6")
    session.wait_for("base_model")
    session.press("r")
    session.wait_for(lambda text: loss_on(text) is not None, seconds=300)
    first = loss_on(session.text)
    assert first is not None
    return first


def assert_the_same_from_the_command_line(recipe: Path, fresh: Path) -> None:
    """The saved recipe in a fresh workspace gives the digests that the studio's run gave."""
    shutil.copytree(recipe.parent, fresh, ignore=shutil.ignore_patterns(".afs", "runs"))
    finished = call_well("run", "recipe.toml", "--json", cwd=fresh).events[-1]
    runs = sorted((recipe.parent / "runs").glob("*/journal.jsonl"))
    events = [json.loads(line) for path in runs for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = [e for e in events if e["type"] == "RunFinished" and e["stages"].get("register")][-1]
    assert finished["digests"] == wanted["digests"]
