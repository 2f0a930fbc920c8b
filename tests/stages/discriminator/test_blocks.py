"""What real text is cut into."""

from afs_engine.stages.discriminator.blocks import (
    ASM_LINES,
    PROSE_WORDS,
    Block,
    cut_assembly,
    cut_prose,
    cut_samples,
    material_of,
)

MARKDOWN = """# Tides

The tide turns every six hours, and with it the doors of the keep.
It is low when the bell has rung twice. Swimmers wait for that moment.

| hour | tide |
| --- | --- |
| 1 | low |

```asm
LDA $10 ; no prose
```

- Ring the bell at the harbor, and count to six before you step on the stairs.
- Take the lamp from the altar; without it the lower hall of the keep stays dark.

## Short

Too short.
"""

LISTING = ["Main:", "    LDA $10", "    STA $12", "    INX", "    STA $14", "    RTS", "", "Table:"]
DATA = ["    db $01, $02, $03"] * 40


def test_blocks_of_assembly_are_lines_of_the_file_with_instructions() -> None:
    lines = LISTING * 12
    blocks = cut_assembly([("a.asm", lines), ("data.asm", DATA)], seed=1)
    whole = "\n".join(lines)
    assert blocks
    for block in blocks:
        assert block.group == "a.asm"
        assert block.text in whole
        assert len(block.text.split("\n")) <= ASM_LINES[1]
    assert len({block.text for block in blocks}) == len(blocks)


def test_the_same_seed_cuts_at_the_same_places() -> None:
    files = [("a.asm", LISTING * 12)]
    assert cut_assembly(files, 1) == cut_assembly(files, 1)
    assert cut_assembly(files, 1) != cut_assembly(files, 2)


def test_prose_is_whole_paragraphs_without_code_and_tables() -> None:
    texts = [block.text for block in cut_prose([("tides.md", MARKDOWN.split("\n"))])]
    assert texts == [
        "The tide turns every six hours, and with it the doors of the keep. "
        "It is low when the bell has rung twice. Swimmers wait for that moment.",
        "- Ring the bell at the harbor, and count to six before you step on the stairs.\n"
        "- Take the lamp from the altar; without it the lower hall of the keep stays dark.",
    ]
    assert all(PROSE_WORDS[0] <= len(text.split()) for text in texts)


def test_samples_are_taken_whole_and_once() -> None:
    code = "\n".join(LISTING)
    found = cut_samples([(code, "g1"), ("A plain sentence.", "g2"), ("  ", "g3"), (code, "g4")])
    assert found == [Block(code, "asm", "g1"), Block("A plain sentence.", "prose", "g2")]


def test_an_answer_with_fenced_assembly_is_assembly() -> None:
    assert material_of("The routine:\n```asm\nLDA #$10\nSTA $2100\n```\nIt sets the screen.") == "asm"
    assert material_of("And then the bit was set in the register, inc.") == "prose"
