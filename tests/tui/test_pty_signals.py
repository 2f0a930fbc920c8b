"""However the studio ends, the terminal is as it was; odd terminals are used or refused, never crashed on."""

import os
import signal
from pathlib import Path

import pytest

from afs_engine.api import init_workspace
from tests.tui.terminal_session import TerminalSession, studio_command

CANARY = "canary-7f3a9c1e5b2d4860-key"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 0)]
)
def test_a_signal_ends_it_in_order(number: signal.Signals, code: int, tmp_path: Path) -> None:
    recipe = init_workspace(tmp_path / "work")
    with TerminalSession(studio_command(recipe), tmp_path, columns=80, rows=24) as session:
        session.wait_for("never run")
        session.press("3")
        session.wait_for("not been exported yet")
        session.process.send_signal(number)
        if (
            number == signal.SIGINT
        ):  # Ctrl-C belongs to the program's keys; the signal itself must not break it
            session.press("q")
        assert session.wait_for_end() == code
        assert session.is_restored()
        assert "Traceback" not in session.text


def test_a_crash_leaves_the_terminal_restored_and_shows_no_key(tmp_path: Path) -> None:
    """A usual printout of a crash has the local variables; the account's session is among them here."""
    init_workspace(tmp_path / "work")
    code = (
        "from pathlib import Path\n"
        "from afs_tui.app import StudioApp\n"
        "from afs_tui.studio import Options\n"
        "class Crashing(StudioApp):\n"
        "    def action_next_theme(self):\n"
        "        session = self.studio.cloud.session\n"
        "        parts = vars(session)\n"
        "        raise RuntimeError('planted')\n"
        "Crashing(Options(path=Path('work/recipe.toml'))).run()\n"
    )
    command = (*studio_command()[:2], code)
    with TerminalSession(command, tmp_path, columns=80, rows=24, VAST_API_KEY=CANARY) as session:
        session.wait_for("never run")
        session.press("\x1bOQ")  # F2
        session.wait_for_end()
        assert b"planted" in session.raw
        assert CANARY.encode() not in session.raw
        assert session.is_restored()


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (59, 15)])
def test_a_tiny_terminal_says_so_and_grows_back(columns: int, rows: int, tmp_path: Path) -> None:
    recipe = init_workspace(tmp_path / "work")
    with TerminalSession(studio_command(recipe), tmp_path, columns=columns, rows=rows) as session:
        session.read_for(1.5)
        assert session.process.poll() is None
        session.resize(80, 24)
        session.wait_for("never run")
        session.press("q")
        assert session.wait_for_end() == 0


@pytest.mark.parametrize(
    ("variables", "flags"),
    [
        ({"NO_COLOR": "1"}, ()),
        ({"TERM": "linux"}, ()),
        ({"LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii"}, ()),
        ({}, ("--ascii",)),
    ],
)
def test_poor_terminals_show_the_same_words(
    variables: dict[str, str], flags: tuple[str, ...], tmp_path: Path
) -> None:
    recipe = init_workspace(tmp_path / "work")
    with TerminalSession(
        studio_command(recipe, *flags), tmp_path, columns=80, rows=24, **variables
    ) as session:
        session.wait_for("never run")
        if flags or "LC_ALL" in variables:
            assert session.text.isascii()
        session.press("q")
        assert session.wait_for_end() == 0


def test_a_closed_terminal_ends_it(tmp_path: Path) -> None:
    recipe = init_workspace(tmp_path / "work")
    session = TerminalSession(studio_command(recipe), tmp_path, columns=80, rows=24)
    try:
        session.wait_for("never run")
        os.close(session._slave)
        os.close(session._master)
        session.process.wait(timeout=20)
    finally:
        if session.process.poll() is None:
            session.process.kill()
            pytest.fail("it went on without a terminal")
