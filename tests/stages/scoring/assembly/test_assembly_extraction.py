"""Which texts hold assembly, and which of their lines are the code."""

import pytest

from afs_engine.stages.scoring.assembly.extraction import find_code
from afs_engine.stages.scoring.assembly.syntax import check_syntax
from tests.stages.scoring.assembly.snippets import PROSE, SPRITE_ROUTINE, fence


def texts(answer: str) -> list[str]:
    return [line.text for line in find_code(answer)]


@pytest.mark.parametrize("tag", ["asm", "ASM", "65816", "65c816asm", "asar", "assembly", "s"])
def test_a_fence_of_an_assembly_dialect_is_taken_as_it_is(tag: str) -> None:
    found = find_code(fence("  LDA #$12\n  nonsense\n", tag))
    assert [(line.number, line.text) for line in found] == [(4, "  LDA #$12"), (5, "  nonsense")]


def test_an_open_fence_reaches_to_the_end_and_several_are_joined() -> None:
    assert texts("```asm\nPHP\n```\nthen\n~~~asm\nPLP\nRTS") == ["PHP", "PLP", "RTS"]


def test_a_fence_without_a_name_is_code_when_it_looks_like_it() -> None:
    assert texts("Do this:\n```\nLDA $12\nSTA $14\n```\n") == ["LDA $12", "STA $14"]
    assert texts("```\nint main() {\n  return 0;\n}\n```") == []


@pytest.mark.parametrize("tag", ["python", "c", "json", "text", "bash"])
def test_a_fence_of_another_language_is_no_assembly(tag: str) -> None:
    assert texts(f"```{tag}\nx = 5\ninc(x)\nand x\n```") == []


def test_bare_code_is_found_and_sentences_around_it_are_left_out() -> None:
    answer = "This clears the mode:\n\n  STZ.b $10\n  LDA #$01\n  STA.b $11\n  RTS\n"
    assert texts(answer) == ["", "  STZ.b $10", "  LDA #$01", "  STA.b $11", "  RTS"]
    assert len(find_code(SPRITE_ROUTINE)) == len(SPRITE_ROUTINE.splitlines())


def test_bare_code_with_a_bad_line_is_still_code() -> None:
    answer = "Here is the code:\n\nLDA #$12\nMOV A,#$12\nLDA.q Foo\nRTS\n"
    assert [error.line for error in check_syntax(answer).errors] == [4, 5]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\n \n",
        PROSE,
        *PROSE.splitlines(),
        "clear\nand so\nbit",
        "and\nbit\ninc",
        "dec 25\nbra size\nper day\nsec 3",
        "The RTS at the end of the routine returns.",
        "Use `LDA` and `STA`.\n\n- `LDA` loads\n- `STA` stores",
        "Summary:\n- first\n- second\n",
        "| Address | Use |\n|---|---|\n| $7E0010 | game mode |\n| $7E0011 | submode |",
        "$7E0010 is the game mode.",
        "name: value\nother: 3\nlist:\n  - one\n  - two\n",
        '{"a": [1, 2], "and": "bit"}',
        "x = 5\ny = 6\n",
        "Label:\n.sub:\n!Define = 3\n",
        "Don't inc it; it's set.",
    ],
)
def test_prose_and_other_text_hold_no_assembly(answer: str) -> None:
    verdict = check_syntax(answer)
    assert (verdict.applies, verdict.score, verdict.errors) == (False, None, ())


def test_a_line_that_ends_in_a_comma_goes_on_in_the_next() -> None:
    found = find_code("```asm\n%Table(One, ; first\n\n  Two,\n  Three)\nNOP\n```")
    assert [(line.number, line.text) for line in found] == [(2, "%Table(One,  Two,  Three)"), (6, "NOP")]


def test_a_comment_that_ends_in_a_comma_joins_nothing() -> None:
    assert texts("```asm\nPHP ; first,\n; and then,\nPLP\n```") == ["PHP ; first,", "; and then,", "PLP"]


def test_a_backslash_joins_and_a_text_that_ends_on_one_is_kept() -> None:
    assert texts("```asm\nLDA \\\n#$12\n```") == ["LDA #$12"]
    assert texts("```asm\ndb $12,") == ["db $12,"]


def test_prose_with_one_instruction_in_it_is_no_code() -> None:
    lines = ["The game counts the frames here.", "Then it compares them to ten.", "It jumps when equal."]
    assert texts("\n".join([*lines, "RTS"])) == []


def test_a_listing_of_invented_instructions_is_still_code() -> None:
    listing = "  PDA $7EF36C : CMP $7EF36D : BEQ .updated\n  SEQ : SUB #$04 : BCS .end\n  ADDI.w #$00FC : PSH"
    assert len(find_code(listing)) == 3
    assert find_code("Costs:\n- STA is $5\n- use #$5 bills (c)") == []
