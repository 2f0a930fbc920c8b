"""The table of names that a scorer may take for known."""

from pathlib import Path

import pytest

from afs_engine.errors import InputError
from afs_engine.stages.sources.oracle.symbols import read_symbols


def test_names_of_the_tree(hack: Path) -> None:
    table = read_symbols(hack)
    assert table.addresses == {
        "Clock.Color": 0x7EE002,
        "Clock.Hours": 0x7EE000,
        "Clock.Minutes": 0x7EE001,
        "Clock.Padding": 0x7EE004,
        "Lamp": 0x7E0F10,
        "LanternHook": 0x0DB080,
        "LightX": 0x7E0F10,
        "LightY": 0x7E0F12,
        "Lone": 0x7E0042,
        "MenuRow": 0x7E0730,
        "MenuTimer": 0x7E0731,
        "Slot0_X": 0x7E0D00,
        "Slot1_X": 0x7E0D01,
        "Slot2_X": 0x7E0D02,
        "Slot3_X": 0x7E0D03,
    }
    assert table.labels == {
        "Sprite_Lantern_Main",
        "Lantern_Hide",
        "Lantern_Flicker",
        "Lantern_FlickerAlt",
        "Lantern_Bare",
        "LanternGlow",
        "LanternHook",
    }
    assert table.defines == {"!Health", "!Speed", "!Damage", "!Prize", "!Boss"}


def test_the_table_cannot_be_changed(hack: Path) -> None:
    with pytest.raises(TypeError):
        read_symbols(hack).addresses["New"] = 1  # type: ignore[index]


def test_no_tree_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_symbols(tmp_path / "missing")
