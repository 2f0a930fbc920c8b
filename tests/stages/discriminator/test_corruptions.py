"""Each corruption does what its name says, to real code and real prose."""

from random import Random

import pytest

from afs_engine.stages.discriminator.blocks import Block
from afs_engine.stages.discriminator.corruption.instruction import find_instructions
from afs_engine.stages.discriminator.corruption.kinds import KINDS, corrupt, told_by
from afs_engine.stages.discriminator.corruption.prose import split_sentences
from afs_engine.stages.scoring.assembly.syntax import check_syntax

LISTING = """Draw:
    REP #$20 : LDX #$0000
.next
    LDA $0500,X      ; length of the block
    BEQ .end
    CLC : ADC #$0008
    STA ($10),Y
    SEP #$20
    LDA.b #$01       ; LDA is no code here
    STA $420B
.end RTS"""
PROSE = (
    "The tide turns every six hours. With it turn the doors of the drowned keep. "
    "Swimmers wait at the stairs until the bell has rung twice! Nobody enters before that."
)
OTHER = "A lantern burns in the lighthouse. The keeper sleeps on the upper floor. His dog does not."
TRIES = 30


def corruptions(kind: str, text: str) -> list[str]:
    found = [corrupt(text, kind, OTHER, Random(seed)) for seed in range(TRIES)]
    return [each for each in found if each is not None]


def test_instructions_are_found_behind_labels_and_between_colons() -> None:
    lines = LISTING.split("\n")
    found = find_instructions(lines)
    assert " ".join(each.name for each in found) == "REP LDX LDA BEQ CLC ADC STA SEP LDA STA RTS"
    for each in found:
        assert lines[each.row][each.start : each.end] == each.respell()
        assert each.put_into(lines, each.respell()) == lines


@pytest.mark.parametrize("kind", KINDS["asm"])
def test_a_corruption_of_assembly_changes_code_and_spares_comments(kind: str) -> None:
    found = corruptions(kind, LISTING)
    assert len(found) >= TRIES // 2
    for text in found:
        assert text != LISTING
        if kind != "repeated lines":
            assert text.count("\n") == LISTING.count("\n")
            assert text.count("; LDA is no code here") == text.count("; length of the block") == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS["asm"] if told_by(kind) == "assembler"])
def test_what_the_assembler_is_said_to_tell_it_tells(kind: str) -> None:
    assert all(check_syntax(text).errors for text in corruptions(kind, LISTING))


@pytest.mark.parametrize("kind", [kind for kind in KINDS["asm"] if told_by(kind) == "reader"])
def test_what_only_a_reader_tells_assembles(kind: str) -> None:
    for text in corruptions(kind, LISTING):
        assert check_syntax(text).errors == ()


def test_a_broken_register_width_contradicts_the_flags() -> None:
    changed = {
        line.strip()
        for text in corruptions("broken register width", LISTING)
        for line in text.split("\n")
        if line not in LISTING.split("\n")
    }
    assert changed == {"CLC : ADC #$08"}  # the suffix of LDA.b settles its width, X is not settled


def test_swapped_lines_part_what_belongs_together() -> None:
    for text in corruptions("swapped lines", LISTING):
        assert sorted(text.split()) == sorted(LISTING.split())


@pytest.mark.parametrize("kind", KINDS["prose"])
def test_a_corruption_of_prose_changes_the_text(kind: str) -> None:
    found = corruptions(kind, PROSE)
    assert len(found) == TRIES
    assert all(text != PROSE for text in found)


def test_prose_keeps_its_words_when_shuffled() -> None:
    for kind in ("shuffled sentences", "shuffled words"):
        assert all(sorted(text.split()) == sorted(PROSE.split()) for text in corruptions(kind, PROSE))


def test_truncated_prose_is_a_beginning_and_ends_in_no_sentence() -> None:
    for text in corruptions("truncated", PROSE):
        assert PROSE.startswith(text)
        assert text[-1].isalnum()


def test_off_topic_prose_begins_here_and_ends_elsewhere() -> None:
    for text in corruptions("off topic", PROSE):
        sentences = split_sentences(text)
        assert sentences[0] == split_sentences(PROSE)[0]
        assert sentences[-1] in split_sentences(OTHER)


def test_a_list_keeps_its_lines() -> None:
    text = "1. Ring the bell.\n2. Wait for the tide.\n3. Swim through the door."
    for changed in corruptions("shuffled sentences", text):
        assert sorted(changed.split("\n")) == sorted(text.split("\n"))


def test_a_text_without_a_place_for_a_corruption_is_left_alone() -> None:
    assert corrupt("    RTS", "unknown index register", "", Random(0)) is None
    assert corrupt("One sentence only", "shuffled sentences", OTHER, Random(0)) is None


def test_real_blocks_of_the_sample_tree_are_found_faultless(blocks: list[Block]) -> None:
    assembly = [block for block in blocks if block.material == "asm"]
    assert len(assembly) > 300
    assert not [block.text for block in assembly if check_syntax(block.text).errors]
