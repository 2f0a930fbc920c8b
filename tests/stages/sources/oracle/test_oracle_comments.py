"""What a comment is worth, and whose it is."""

import pytest

from afs_engine.stages.sources.oracle.asm.comments import banners, block_text, header_above
from afs_engine.stages.sources.oracle.asm.lines import is_meaningful, read_asm


@pytest.mark.parametrize(
    "comment",
    [
        " Draw behind Link",
        " AND the mask in",
        " TODO: fix the door",
        " bit 0 - Met Maku Tree",
        " Ünïcode wörds here",
    ],
)
def test_words_are_meaningful(comment: str) -> None:
    assert is_meaningful(comment)


@pytest.mark.parametrize(
    "comment",
    [
        None,
        "",
        " =========================",
        " ---",
        " $005394",
        " 0x1F, 0x20",
        " @hook module=Sprites name=Lantern",
        " LDA.b #$21 : JSL Sound_SetSfx2PanLong",
        " STA $10",
        " RTS",
        " JSR Lantern_Main",
        " db $10, $20",
        " org $0DB080",
        " !Speed = $10",
        " %Macro(1)",
        " .loop",
        " Ocarina",
        " TODO",
    ],
)
def test_decoration_numbers_and_disabled_code_are_not(comment: str | None) -> None:
    assert not is_meaningful(comment)


def header(text: str, gap: int = 2) -> str:
    lines = read_asm(text.split("\n"))
    return block_text(header_above(lines, len(lines) - 1, gap))


def test_the_block_above_is_the_header() -> None:
    assert header("RTS\n; Moves the cart\n;   to the left\nLabel:") == "Moves the cart\n  to the left"


def test_a_box_gives_its_text() -> None:
    assert header("RTS\n; =====\n; Moves the cart\n; =====\nLabel:") == "Moves the cart"


def test_a_border_ends_the_header() -> None:
    assert header("RTS\n; of the routine above\n; =====\n; Moves the cart\n\nLabel:") == "Moves the cart"


def test_placing_lines_may_stand_between() -> None:
    assert header("RTS\n; Moves the cart\norg $008000\nLabel:") == "Moves the cart"
    assert header("RTS\n; Moves the cart\norg $008000\nLabel:", gap=0) == ""


def test_code_or_a_wide_gap_ends_it() -> None:
    assert header("; Moves the cart\n  RTS\nLabel:") == ""
    assert header("RTS\n; Moves the cart\n\n\n\nLabel:") == ""


def test_the_head_of_the_file_is_not_the_first_routine_s() -> None:
    assert header("; Written by nobody in particular\n\nLabel:") == ""
    assert header("; Moves the cart\nLabel:") == "Moves the cart"


def test_annotations_are_left_out() -> None:
    assert header("RTS\n; Moves the cart @hook name=x\nLabel:") == "Moves the cart"


def test_banners_come_from_boxes() -> None:
    text = "\n".join(
        [
            "A = $01",
            "; ======",
            "; 1. SAVE FILE",
            "; ======",
            "B = $02",
            "; ------",
            "; Story Bits",
            "; ------",
            "; Bitfield: abc",
            "C = $03",
            "; ======",
            "D = $04",
        ]
    )
    lines = read_asm(text.split("\n"))
    found = dict(zip((line.statement[:1] for line in lines), banners(lines), strict=True))
    assert [found[name] for name in "ABCD"] == ["", "SAVE FILE", "Story Bits", ""]
