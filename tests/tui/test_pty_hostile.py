"""Nothing in the data reaches the terminal as anything but text, on any screen of the real program."""

import re
import time
from pathlib import Path

from afs_engine.stages.cloud.double.http_server import serving
from afs_tui.modes import MODES
from tests.program import call
from tests.tui.hostile_workspace import (
    SENT,
    hostile_job,
    hostile_provider,
    write_hostile_workspace,
    write_huge_lines,
)
from tests.tui.terminal_session import TerminalSession, studio_command

CANARY = "canary-7f3a9c1e5b2d4860-key"
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


def test_huge_lines_in_data_and_log_are_cut_and_told(tmp_path: Path) -> None:
    recipe = write_hostile_workspace(tmp_path / "work")
    write_huge_lines(recipe.parent)
    call("run", "recipe.toml", "--until", "score", cwd=recipe.parent)
    with (
        hostile_job(recipe),
        TerminalSession(studio_command(recipe), tmp_path, columns=100, rows=30) as session,
    ):
        session.wait_for("running hostile")
        session.press("2")
        session.wait_for("exported")
        session.press("i")
        session.wait_for("TOOLARGE asks")
        session.press("escape", "3", "/")
        session.wait_for("words of a sample")
        session.press(*"HUGEROW", "enter")
        session.wait_for("1 match")
        session.press("enter")
        session.wait_for("esc close")
        session.press("end", "home", "escape", "6")
        session.wait_for("\\x1b]52;c;QUZTRVZJTA==")
        session.press("/", *"HUGELOG", "enter")
        session.wait_for("HUGELOG xxxx")
        session.press("q")
        assert session.wait_for_end() == 0
        assert_nothing_hostile(session)


def test_what_a_host_says_of_itself_is_text(tmp_path: Path) -> None:
    recipe = write_hostile_workspace(tmp_path / "work")
    recipe.write_text(recipe.read_text(encoding="utf-8") + "\n[cloud]\nbudget_usd = 20\n", encoding="utf-8")
    with serving(hostile_provider(time.time, CANARY)) as url:
        account = {"VAST_URL": url, "VAST_API_KEY": CANARY}
        command = studio_command(recipe)
        with TerminalSession(command, tmp_path, columns=130, rows=40, **account) as session:
            session.wait_for("Pipeline")
            session.press("7")
            session.wait_for("\\x1b]52;c;QUZT")
            session.wait_for("[red]AFSMARK[/]")
            session.wait_for("foreign")
            session.press("f8")
            session.wait_for("Picture saved")
            session.press("l")
            session.wait_for("to confirm")
            assert "Stop job" not in session.text
            session.press("escape", "tab", "down", "q")
            assert session.wait_for_end() == 0
            assert_nothing_hostile(session)
            assert CANARY.encode() not in session.raw
    assert list(tmp_path.glob("*.svg"))
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
