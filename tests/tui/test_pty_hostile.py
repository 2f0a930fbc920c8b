"""Nothing in the data reaches the terminal as anything but text, on any screen of the real program."""

import re
from pathlib import Path

from afs_tui.modes import MODES
from tests.program import call
from tests.tui.hostile_workspace import SENT, write_hostile_workspace
from tests.tui.terminal_session import TerminalSession, studio_command

# What Textual itself sends with a bell at its end: the pointer's shape.
_OWN = re.compile(rb"\x1b\]22;[a-z-]+\x07")


def assert_nothing_hostile(session: TerminalSession) -> None:
    data = _OWN.sub(b"", bytes(session.raw))
    assert not [(attack, data[max(0, data.find(attack) - 40) :][:90]) for attack in SENT if attack in data]


def test_no_hostile_byte_on_any_screen(tmp_path: Path) -> None:
    recipe = write_hostile_workspace(tmp_path / "work")
    call("run", "recipe.toml", "--until", "balance", cwd=recipe.parent)
    with TerminalSession(studio_command(recipe), tmp_path, columns=100, rows=30) as session:
        session.wait_for("Pipeline")
        for mode in MODES:
            session.press(mode.key)
            session.wait_for(mode.title)
            session.read_for(0.3)
        session.press("3")
        session.wait_for("in row")
        assert "\\x1b]" in session.text
        session.press("tab", "down", "down", "tab", "down", "down", "enter")
        session.wait_for("esc close")
        assert "is what the routine at $7E0010 does" in session.text
        session.press("escape", "/")
        session.wait_for("words of a sample")
        session.press(*"domain:[red]", "enter")
        session.wait_for("no domain starts with '[red]'")
        session.press("/", *["backspace"] * 12)
        session.wait_for("words of a sample")
        session.press(*"AFSMARK", "enter")
        session.wait_for("[red]AFSMARK[/] [TODO] [/] [@click=app.quit]quit[/] in row")
        session.press("?")
        session.wait_for("Keys: Scores")
        session.press("escape")
        session.wait_for(lambda text: "Keys: Scores" not in text)
        session.press("q")
        assert session.wait_for_end() == 0
        assert session.is_restored()
        assert_nothing_hostile(session)
    assert not (tmp_path / "AFSSHELL").exists()


def test_a_recipe_whose_name_and_text_are_hostile_is_shown_as_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "x\x1b]0;AFSEVIL\x07 [red]\u202e"
    folder.mkdir()
    recipe = folder / "recipe.toml"
    recipe.write_text('[run]\nname = "\\u001b]52;c;QUZT\\u0007 [/] \\u202e"\n', encoding="utf-8")
    with TerminalSession(studio_command(recipe), tmp_path, columns=80, rows=24) as session:
        session.wait_for("\\x1b]0;AFSEVIL")
        for mode in MODES:
            session.press(mode.key)
            session.read_for(0.3)
        session.press("q")
        assert session.wait_for_end() == 0
        assert_nothing_hostile(session)
