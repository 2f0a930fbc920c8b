"""Text from data: safe, on one line, and exactly as wide as asked for."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from afs_tui.cells import cut, one_line, pad


@given(st.text(max_size=200), st.integers(0, 40))
def test_a_line_is_never_wider_than_asked_nor_hostile(text: str, cells: int) -> None:
    line = one_line(text, cells)
    assert cell_len(line) <= cells
    assert not any(character in line for character in "\x1b\x07\x00\n\r\t\x9b\u202e")


@given(
    st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=60), st.integers(0, 40), st.booleans()
)
def test_padding_gives_exactly_the_cells_asked_for(text: str, cells: int, right: bool) -> None:
    assert cell_len(pad(text, cells, right=right)) == cells


def test_a_short_text_is_left_as_it_is() -> None:
    assert one_line("[TODO] write [/]", 40) == "[TODO] write [/]"


def test_a_cut_is_marked() -> None:
    assert one_line("x" * 1000, 10) == "x" * 9 + "…"
    assert cut("日本語日本語", 5) == "日本…"


def test_an_escape_sequence_is_shown_not_sent() -> None:
    assert one_line("a\x1b]52;c;aGk=\x07b", 80) == "a\\x1b]52;c;aGk=\\x07b"
