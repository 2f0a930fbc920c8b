"""The experiments screen on the recorded runs: list, compare, lineage, promote, roll back."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from afs_engine.api import write_demo
from afs_engine.runs.files.registry_rebuild import restore_lost_registry
from afs_engine.runs.workspace import Workspace
from afs_tui.app import StudioApp
from tests.tui.studio import screen_text, until_shown
from tests.tui.studio_on import drive_studio


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """The recipe of a workspace with two registered runs."""
    path = write_demo(tmp_path / "demo")
    assert len(restore_lost_registry(Workspace(path.parent))) == 2
    return path


async def opened(pilot: Pilot[Any]) -> None:
    await pilot.press("8")
    await until_shown(pilot, "tidewake-v2@1")


def test_versions_are_listed_with_losses_and_filtered(recorded: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(pilot)
        assert "tidewake-v1@1" in screen_text(app)
        await pilot.press("slash", *"sample", "enter")
        await until_shown(pilot, "1 match")
        assert "tidewake-v1@1" not in screen_text(app).split("Version")[0]

    drive_studio(drive, recorded)


def test_two_versions_side_by_side_show_what_differs(recorded: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await pilot.press("space", "down", "c")
        await until_shown(pilot, "differs")
        shown = screen_text(app)
        assert "lora_r" in shown and "Side by side" in shown

    drive_studio(drive, recorded)


def test_lineage_leads_back_to_the_sources(recorded: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await pilot.press("l")
        await until_shown(pilot, "Lineage")
        assert "sources/tidewake" in screen_text(app)

    drive_studio(drive, recorded)


def test_a_version_is_promoted_and_a_first_one_can_t_be_rolled_back(recorded: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await pilot.press("p")
        await until_shown(pilot, "in use      yes")
        await pilot.press("b")
        await until_shown(pilot, "Bring back")
        await pilot.press("y")
        await until_shown(pilot, "nothing to roll back to")

    drive_studio(drive, recorded)


def test_a_damaged_registry_is_told_and_survived(recorded: Path) -> None:
    registry = Workspace(recorded.parent).registry
    registry.write_bytes(b"not a database" * 100)

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("8")
        await until_shown(pilot, "registry")
        await pilot.press("1")
        await until_shown(pilot, "not stored here")

    drive_studio(drive, recorded)
