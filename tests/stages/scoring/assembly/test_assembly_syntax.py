"""The built-in check on whole answers: real-shaped code passes, corrupted code does not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.scoring.assembly.syntax import check_syntax
from afs_engine.stages.scoring.assembly.verdict import AssemblyError, FaultKind
from tests.stages.scoring.assembly.snippets import BY_KIND, SPRITE_ROUTINE, fence


def test_a_real_routine_passes_bare_and_fenced() -> None:
    for answer in (SPRITE_ROUTINE, fence(SPRITE_ROUTINE)):
        verdict = check_syntax(answer)
        assert verdict.errors == ()
        assert (verdict.applies, verdict.score, verdict.checked_by) == (True, 1.0, "built-in")
        assert verdict.lines_checked == 25


@pytest.mark.parametrize("kind", BY_KIND)
def test_one_corrupted_line_is_found_where_it_is(kind: str) -> None:
    good, bad = BY_KIND[kind]
    corrupted = SPRITE_ROUTINE.replace(good, bad)
    verdict = check_syntax(fence(corrupted))
    line = next(number for number, text in enumerate(fence(corrupted).splitlines(), 1) if bad in text)
    assert [error.line for error in verdict.errors] == [line]
    assert verdict.score is not None
    assert 0.4 < verdict.score < 0.5


def test_an_error_says_line_kind_and_text() -> None:
    verdict = check_syntax("```asm\nPHP\n  LDA $12,Q ; no such\n```")
    assert verdict.errors == (AssemblyError(3, FaultKind.INDEX_REGISTER, "LDA $12,Q ; no such"),)


def test_names_defined_elsewhere_are_no_fault() -> None:
    code = "  LDA.w Nowhere+3, X\n  JSL Unknown_Long\n  %NoSuchMacro(!NoDefine)\n  BRA .far : JMP ?deep\n"
    assert check_syntax(fence(code)).score == 1.0


@pytest.mark.parametrize("code", ["; only a comment\n", "Label:\n.sub\n", "!A = 1\nlorom\norg $8000\n", "\n"])
def test_code_that_assembles_to_nothing_is_no_pass(code: str) -> None:
    verdict = check_syntax(fence(code))
    assert (verdict.applies, verdict.lines_checked, verdict.score) == (True, 0, None)


def test_lines_for_the_sound_processor_are_passed_over() -> None:
    code = "NOP\narch spc700\nmov a,#$12\nmov $f2,a\narch 65816\nMOV A,#$12\n"
    verdict = check_syntax(fence(code))
    assert [error.line for error in verdict.errors] == [9]
    assert verdict.lines_checked == 2


def corrupt(line: str, random_source: random.Random) -> str:
    """A line with one local fault of the kinds language models make."""
    name, _, operand = line.partition(" ")
    first = operand.partition(",")[0]
    faults = [f"MOV {operand}", f"LOAD {operand}", f"{name} {first}, Q", f"{name} #", f"{name} ({first}"]
    if "$" in operand:
        faults.append(f"{name} {operand.replace('$', '$G', 1)}")
    return random_source.choice(faults)


def test_nine_of_ten_corrupted_lines_are_caught() -> None:
    lines = [line.strip() for line in SPRITE_ROUTINE.splitlines() if line.strip()[3:4] in (" ", ".")]
    single = [line for line in lines if " : " not in line and line[:3].isupper()]
    random_source = random.Random(7)
    bad = [corrupt(line, random_source) for line in single * 40]
    caught = sum(bool(check_syntax(fence(f"NOP\n{line}\n")).errors) for line in bad)
    assert caught >= 0.9 * len(bad)


CODE_LETTERS = st.text(alphabet="LDASTJMPdbwxyAXYS .:,;#$%()[]!<>'\"+-\\0129afG_?\n\t", max_size=80)


@settings(max_examples=300, deadline=None)
@given(st.one_of(CODE_LETTERS, st.text(max_size=60)))
def test_any_text_gets_the_same_sound_verdict_each_time(text: str) -> None:
    for answer in (text, fence(text + "\n"), f"LDA #$12\n{text}"):
        verdict = check_syntax(answer)
        assert verdict == check_syntax(answer)
        assert verdict.score is None or 0.0 <= verdict.score <= 1.0
        assert (verdict.score == 1.0) == (verdict.lines_checked > 0 and not verdict.errors)
        assert {error.line for error in verdict.errors} <= set(range(1, len(answer.splitlines()) + 1))


@pytest.mark.parametrize(
    "hostile",
    [
        "LDA " + "(" * 20000,
        "LDA x" + " " * 20000 + "y",
        "LDA " + "f()" * 9000,
        "MOV " + "a," * 20000 + "a x",
        "!{" * 20000,
        "<...[" * 9000,
        "+ " * 20000,
        "LDA #" + "$1+" * 20000,
        "'" * 20000,
        " : " * 20000,
    ],
)
def test_long_lines_take_no_long_time(hostile: str) -> None:
    """Each of these took minutes with a careless pattern; the suite's own time is the limit."""
    assert check_syntax(fence(hostile + "\n")).applies
