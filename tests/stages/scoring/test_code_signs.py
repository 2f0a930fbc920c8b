"""The first look for assembly: no listing is missed, most prose is spared."""

import pytest

from afs_engine.stages.scoring.code_signs import may_hold_assembly


@pytest.mark.parametrize(
    "text",
    [
        "LDA #$10\nSTA $2100",
        "Here it is:\n```asm\nLink_Main:\n{\n    PHB : PHK : PLB\n```",
        "\tlda.w $0010,x",
        "Reset: SEI",
        "org $008000",
        "Table:\r\n  dw $0000, $1234",
        "RTL",
        "It is:\n```asar\n!Speed = 3\n```",
        "%PlaySound(3)\n%Finish()",
        "  MOVE.w #$12\n  SUB #$04",
    ],
)
def test_listings_are_seen(text: str) -> None:
    assert may_hold_assembly(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LDAX is no word",
        "The LDA instruction loads the accumulator.",
        "def add(a, b):\n    return a + b",
        "# Menu\n\n- one",
        "```python\nprint(3)\n```",
    ],
)
def test_prose_and_other_code_are_spared(text: str) -> None:
    assert not may_hold_assembly(text)
