"""The studio's frame: what it opens, its keys, modes, themes, small terminals, undo and saving."""

import asyncio
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from afs_tui.actions import ACTIONS
from afs_tui.ascii_filter import to_ascii
from afs_tui.modes import MODES
from afs_tui.themes import THEME_ORDER
from tests.tui.studio import sample, screen_text, studio, until, until_shown

ROOT = Path(__file__).resolve().parents[2]


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


def test_the_first_screen_shows_every_stage_and_why_it_would_run(tmp_path: Path) -> None:
    async def check() -> None:
        async with studio(sample(tmp_path)).run_test(size=(120, 40)) as pilot:
            await until_shown(pilot, "never run")
            shown = screen_text(pilot.app)
            assert all(stage in shown for stage in ("export", "dedup", "balance", "register"))
            assert "my-model/recipe.toml" in shown and "follows export" in shown

    run(check())


def test_without_a_recipe_the_screen_names_the_key_that_makes_one(tmp_path: Path) -> None:
    async def check() -> None:
        async with studio(tmp_path).run_test(size=(80, 24)) as pilot:
            await until_shown(pilot, "No recipe is open")
            await pilot.press("n")
            await until_shown(pilot, "Write the sample recipe")
            field = pilot.app.screen.query_one("#path")
            field.value = str(tmp_path / "fresh")  # type: ignore[attr-defined]
            await pilot.press("enter")
            await until_shown(pilot, "fresh/recipe.toml")
            await until_shown(pilot, "never run")

    run(check())


def test_a_change_can_be_undone_redone_and_saved_with_its_comments(tmp_path: Path) -> None:
    recipe = sample(tmp_path)

    async def check() -> None:
        app = studio(recipe)
        async with app.run_test(size=(100, 30)) as pilot:
            app.change_recipe({("score", "min_quality_score"): 0.42})
            await until_shown(pilot, "unsaved")
            await pilot.press("u")
            await until(pilot, lambda: "unsaved" not in screen_text(app))
            await pilot.press("U", "ctrl+s")
            await until(pilot, lambda: "unsaved" not in screen_text(app))

    before = recipe.read_text()
    run(check())
    assert recipe.read_text() == before.replace("min_quality_score = 0.3", "min_quality_score = 0.42")


def test_what_another_program_saves_is_shown_and_never_written_over_unasked(tmp_path: Path) -> None:
    recipe = sample(tmp_path)
    text = recipe.read_text(encoding="utf-8")

    async def check() -> None:
        app = studio(recipe)
        async with app.run_test(size=(140, 40)) as pilot:
            await until_shown(pilot, "never run")
            recipe.write_text(text.replace("seed = 42", "seed = 43"), encoding="utf-8")
            app.keeper.follow_file()
            await until_shown(pilot, "seed = 43")
            app.change_recipe({("score", "min_quality_score"): 0.42})
            recipe.write_text(text.replace("seed = 42", "seed = 44"), encoding="utf-8")
            await pilot.press("ctrl+s")
            await until_shown(pilot, "Keep mine")
            await pilot.press("escape", "ctrl+s")
            assert "seed = 44" in recipe.read_text(encoding="utf-8")
            await until_shown(pilot, "Keep mine")
            await pilot.press("t")
            await until_shown(pilot, "seed = 44")
            await pilot.press("u")
            await until_shown(pilot, "seed = 43")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "0.42" in recipe.read_text(encoding="utf-8"))

    run(check())


def test_leaving_asks_before_changes_are_lost(tmp_path: Path) -> None:
    recipe = sample(tmp_path)

    async def check() -> None:
        app = studio(recipe)
        async with app.run_test(size=(100, 30)) as pilot:
            await until_shown(pilot, "never run")
            app.change_recipe({("score", "min_quality_score"): 0.42})
            await pilot.press("q")
            await until_shown(pilot, "Unsaved changes")
            await pilot.press("escape", "q")
            await until_shown(pilot, "Unsaved changes")
            await pilot.press("s")
            await until(pilot, lambda: not app.is_running)
            assert "0.42" in recipe.read_text(encoding="utf-8")

    run(check())


def test_readonly_takes_every_changing_key_away(tmp_path: Path) -> None:
    recipe = sample(tmp_path)

    async def check() -> None:
        app = studio(recipe, is_readonly=True)
        async with app.run_test(size=(100, 30)) as pilot:
            await until_shown(pilot, "never run")
            app.change_recipe({("run", "seed"): 7})
            await pilot.press("e", "ctrl+s")
            assert "read-only" in screen_text(app) and "Edit text" not in screen_text(app)
            assert app.studio.document is not None and not app.studio.document.is_dirty
            assert len(app.screen_stack) == 1

    run(check())


def test_a_recipe_that_is_wrong_is_shown_with_its_line(tmp_path: Path) -> None:
    recipe = sample(tmp_path)
    recipe.write_text(recipe.read_text().replace("epochs = 4", "epoch = 4"))

    async def check() -> None:
        async with studio(recipe).run_test(size=(120, 40)) as pilot:
            await until_shown(pilot, "unknown key 'train.epoch'")
            assert "did you mean 'epochs'?" in screen_text(pilot.app)

    run(check())


def test_the_reading_process_may_die_and_the_next_look_works(tmp_path: Path) -> None:
    async def check() -> None:
        app = studio(sample(tmp_path))
        async with app.run_test(size=(120, 40)) as pilot:
            await until_shown(pilot, "never run")
            process = app.studio.reader._process
            assert process is not None
            process.kill()
            process.wait()
            await pilot.press("f5")
            await until(pilot, lambda: app.studio.reader._process not in (None, process))
            await until_shown(pilot, "follows export")

    run(check())


def test_a_terminal_too_small_says_so_and_recovers(tmp_path: Path) -> None:
    async def check() -> None:
        async with studio(sample(tmp_path)).run_test(size=(50, 12)) as pilot:
            await until_shown(pilot, "too small")
            assert "Pipeline" not in screen_text(pilot.app)
            await pilot.resize_terminal(80, 24)
            await until_shown(pilot, "1 Pipeline")

    run(check())


def test_ascii_mode_draws_nothing_but_ascii_in_every_modal(tmp_path: Path) -> None:
    async def check() -> None:
        async with studio(sample(tmp_path), is_ascii=True).run_test(size=(80, 24)) as pilot:
            await until_shown(pilot, "never run")
            for key in ("", "question_mark", "ctrl+p", "ctrl+o", "e"):
                if key:
                    await pilot.press(key)
                    await pilot.pause()
                assert to_ascii(screen_text(pilot.app)) == screen_text(pilot.app), key
                if key:
                    await pilot.press("escape")

    run(check())


def test_all_themes_can_be_shown(tmp_path: Path) -> None:
    async def check() -> None:
        app = studio(sample(tmp_path))
        async with app.run_test(size=(100, 30)) as pilot:
            for name in (*THEME_ORDER[1:], THEME_ORDER[0]):
                await pilot.press("f2")
                await pilot.pause()
                assert app.theme == name and "Pipeline" in screen_text(app)

    run(check())


def test_help_names_every_key_of_the_screen_and_the_studio(tmp_path: Path) -> None:
    async def check() -> None:
        async with studio(sample(tmp_path)).run_test(size=(120, 90)) as pilot:
            await pilot.press("question_mark")
            await until_shown(pilot, "Keys: Pipeline")
            shown = " ".join(screen_text(pilot.app).split())
            for action in ACTIONS:
                if action.screen in ("", "pipeline"):
                    assert action.label in shown or action.help in shown, action

    run(check())


def test_no_two_actions_of_a_screen_share_a_key() -> None:
    for mode in MODES:
        keys = [k for a in ACTIONS if a.screen in ("", mode.name) for k in a.keys.split(",")]
        assert len(keys) == len(set(keys)), mode.name


def test_importing_the_app_brings_in_nothing_heavy() -> None:
    heavy = ("torch", "transformers", "polars", "numpy", "pyarrow", "pydantic", "tomlkit")
    code = f"import afs_tui.app, sys; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
