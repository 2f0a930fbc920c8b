"""Numbers, bars, sources and shares as people read and write them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine import api
from afs_tui.format import show_bytes, show_count_short, show_duration, show_share
from afs_tui.glyphs import draw_bar
from afs_tui.setting_values import check_setting, parse_setting
from afs_tui.words.source import free_name, new_source, why_not_addable
from afs_tui.words.split import parse_shares


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, "-"), (0.42, "0.4 s"), (59, "59 s"), (185, "3:05"), (3723, "1:02:03")]
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert show_duration(seconds) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(None, "-"), (999, "999 B"), (1000, "1.00 kB"), (999_600, "1.00 MB"), (2.5e9, "2.50 GB")],
)
def test_sizes(size: float | None, shown: str) -> None:
    assert show_bytes(size) == shown


@given(st.integers(0, 10**12))
def test_short_counts_fit_six_cells(count: int) -> None:
    assert len(show_count_short(count)) <= 6


def test_not_measured_is_a_dash_never_zero() -> None:
    assert show_share(None) == show_bytes(None) == show_count_short(None) == "-"


@given(st.floats(0, 1), st.integers(1, 80))
def test_a_bar_is_as_wide_as_asked(share: float, width: int) -> None:
    assert len(draw_bar(share, width)) == width


@pytest.mark.parametrize("text", ["0.8 0.1 0.1", "80 10 10", "80% 10% 10%", "0.8/0.1/0.1"])
def test_shares_as_people_write_them(text: str) -> None:
    assert parse_shares(text) == (0.8, 0.1, 0.1)


@pytest.mark.parametrize("text", ["", "0.5 0.5", "0.9 0.2 0.1", "a b c", "-1 1 1"])
def test_shares_that_make_no_whole_are_refused(text: str) -> None:
    assert parse_shares(text) is None


@given(st.text(max_size=80), st.sets(st.sampled_from(["source", "notes", "notes-2"])))
def test_a_free_name_is_one_that_a_recipe_takes(wanted: str, taken: set[str]) -> None:
    import re

    name = free_name(wanted, taken)
    assert name not in taken and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name)


def test_a_path_inside_the_workspace_is_written_relative(tmp_path: Path) -> None:
    table = new_source(tmp_path / "data" / "rows.v2.jsonl", "jsonl", tmp_path, {"rows"})
    assert table == {"name": "rows-2", "kind": "jsonl", "path": "data/rows.v2.jsonl"}


def test_what_is_no_source_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_text("")
    (tmp_path / "rows.jsonl").write_text("")
    assert "must be .jsonl" in why_not_addable(tmp_path / "notes.docx")
    assert "nothing here" in why_not_addable(tmp_path / "gone")
    assert why_not_addable(tmp_path / "rows.jsonl") == why_not_addable(tmp_path) == ""


def _line(kind: str) -> api.SettingLine:
    return api.SettingLine("key", kind, "", "", (), False, "", "none")  # type: ignore[arg-type]


def test_settings_are_read_by_their_kind() -> None:
    assert parse_setting(_line("whole number"), "1,024") == 1024
    assert parse_setting(_line("number"), "2e-4") == 2e-4
    assert parse_setting(_line("switch"), "on") is True
    assert parse_setting(_line("list"), "q, v") == ["q", "v"]
    assert parse_setting(_line("text"), "") is None
    assert check_setting(_line("whole number"), "many") == "this is no whole number"
