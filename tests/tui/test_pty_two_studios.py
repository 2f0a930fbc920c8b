"""Two studios on one workspace: what one does, the other shows."""

from pathlib import Path

from tests.tui.studio import sample
from tests.tui.terminal_session import TerminalSession, studio_command


def test_a_run_and_a_saved_threshold_of_one_are_shown_by_the_other(tmp_path: Path) -> None:
    command = studio_command(sample(tmp_path))
    with TerminalSession(command, tmp_path) as one, TerminalSession(command, tmp_path) as other:
        one.wait_for("never run")
        other.wait_for("never run")
        one.press("down", "t")
        one.wait_for("finished tidewake-v2")
        other.wait_for("finished tidewake-v2")
        for each in (one, other):
            each.press("3")
            each.wait_for("threshold 0.3:")
        one.press("=", *"0.55", "enter")
        one.wait_for("threshold 0.55:")
        one.press("ctrl+s")
        one.wait_for("Recipe saved")
        other.wait_for("threshold 0.55:")
        for each in (one, other):
            each.press("q")
            assert each.wait_for_end() == 0
