"""What the light discriminator follows from command to command."""

import pytest

from afs_engine.stages.discriminator.ngram.asm_flow import Flow
from afs_engine.stages.discriminator.ngram.commands import read_commands


def read(*lines: str) -> list[list[str]]:
    """The marks of each command."""
    flow = Flow()
    return [flow.read(command) for line in lines for command in read_commands(line)]


def test_a_register_is_used_with_where_its_value_is_from() -> None:
    *_, marks = read("  LDX #$00", "  LDA $10", "  STA.w $0E80, X")
    assert {"uses sta a lda False", "uses sta x ldx False"} <= set(marks)
    *_, again = read("  LDA $10", "  STA $12", "  STA $14")
    assert "uses sta a lda True" in again


def test_a_value_that_is_lost_without_a_use_shows() -> None:
    kept, lost = read("  LDA $10", "  STA $12", "  LDA $14"), read("  LDX $10", "  LDX $14")
    assert "loads lda over lda True" in kept[-1]
    assert "loads ldx over ldx False" in lost[-1]


@pytest.mark.parametrize("elsewhere", ["  JSR Draw", ".again", "  RTS"])
def test_what_registers_hold_after_elsewhere_is_not_known(elsewhere: str) -> None:
    *_, marks = read("  LDA $10", elsewhere, "  LDA $14")
    assert not any(mark.startswith("loads lda over lda") for mark in marks)


def test_a_branch_is_read_with_what_set_its_flag() -> None:
    *_, branch = read("  CMP #$10", "  BCC .low")
    assert "carry bcc cmp 1" in branch
    *_, far = read("  LDA $10", "  STA $12", "  BEQ .none")
    assert "result beq lda 2" in far
    *_, add = read("  SEC", "  ADC #$10")
    assert "carry adc sec 1" in add


def test_the_stack_is_followed() -> None:
    marks = read("  PHB : PHK : PLB", "  PHA", "  PLX", "  RTL")
    assert "pull plb phb" in marks[2]
    assert "pull plx pha" in marks[4]
    assert "return rtl 1" in marks[5]  # PHB is still there


def test_widths_are_followed_until_plp() -> None:
    marks = read("  SEP #$30", "  LDA #$10", "  SEP #$20", "  PLP", "  LDX #$1000")
    assert "width a sep 2" in marks[1]
    assert "mode sep a sep" in marks[2]
    assert "width x  4" in marks[4]


def test_what_no_assembler_takes_is_named_and_a_label_has_no_fault() -> None:
    label, good, bad = read("Start: LDA $10", "  STA #$10")
    assert "fault " in label and "fault " in good
    assert "fault no such addressing mode" in bad
