"""What asar is given, and how its errors and the built-in check become one verdict."""

import pytest

from afs_engine.stages.scoring.assembly.asar_errors import (
    CONTEXT_ERRORS,
    ERROR_LIMIT_REACHED,
    AsarError,
    error_id_of,
    is_fault,
)
from afs_engine.stages.scoring.assembly.asar_messages import AsarReply
from afs_engine.stages.scoring.assembly.asar_source import PARENT_LABEL, judge_reply, write_source
from afs_engine.stages.scoring.assembly.extraction import CodeLine
from afs_engine.stages.scoring.assembly.verdict import FaultKind

UNKNOWN_COMMAND = 5117
LABEL_NOT_FOUND = 5060


def code(*texts: str, first: int = 5) -> list[CodeLine]:
    return [CodeLine(number, text) for number, text in enumerate(texts, start=first)]


def reply(*errors: tuple[int, int]) -> AsarReply:
    """Errors as (line of the code from 0, id); asar counts the parent label too."""
    return AsarReply([AsarError(line + 1, error_id, f"asar says {error_id}") for line, error_id in errors])


def test_a_source_has_a_parent_label_and_a_line_for_each_line() -> None:
    assert write_source(code(".sub", "LDA #$12")) == f"{PARENT_LABEL}\n.sub\nLDA #$12\n"


@pytest.mark.parametrize(
    "line",
    [
        'incbin "/etc/passwd"',
        "INCSRC secret.asm",
        'table "x.tbl"',
        'db readfile1("x",0)',
        'if canreadfile4("x",0)',
        '!a = "incbin /etc/passwd"',
        'dw filesize("x")',
        "include",
        "LDA $12 : incbin x",
    ],
)
def test_lines_that_open_files_are_kept_from_asar(line: str) -> None:
    assert write_source(code("NOP", line, "RTS")) == f"{PARENT_LABEL}\nNOP\n\nRTS\n"


def test_text_asar_can_not_read_is_replaced() -> None:
    assert write_source(code("NOP\0", "db '\ud800'")) == f"{PARENT_LABEL}\nNOP \ndb '?'\n"


@pytest.mark.parametrize("error_id", [5060, 5076, 5088, 5094, 5016, 5105, 5106, 5113, 5148, 5004, 5053])
def test_an_error_of_context_is_no_fault(error_id: int) -> None:
    assert not is_fault(AsarError(0, error_id, ""))
    verdict = judge_reply(code("LDA Elsewhere", "RTS"), reply((0, error_id)))
    assert (verdict.score, verdict.errors, verdict.checked_by) == (1.0, (), "asar")


@pytest.mark.parametrize("error_id", [5117, 5051, 5027, 5050, 5022, 5037, 0, 6000])
def test_every_other_error_is_a_fault_on_its_line(error_id: int) -> None:
    verdict = judge_reply(code("NOP", "LDA #$12", "RTS"), reply((1, error_id)))
    assert [(error.line, error.kind) for error in verdict.errors] == [(6, FaultKind.REFUSED_BY_ASAR)]
    assert verdict.score == pytest.approx(1 / 3)


def test_names_of_the_command_line_tool_mean_the_same_as_ids() -> None:
    assert error_id_of("Elabel_not_found") == error_id_of("E5060") == LABEL_NOT_FOUND
    assert is_fault(AsarError(0, error_id_of("Eunknown_command"), ""))
    assert len({*CONTEXT_ERRORS.values()}) == len(CONTEXT_ERRORS)


def test_asar_has_the_word_on_lines_it_came_to_the_end_of() -> None:
    """The built-in check would refuse `MOV`; asar, with another table, did not."""
    assert judge_reply(code("MOV A,#$12", "RTS"), reply()).score == 1.0


def test_a_name_defined_elsewhere_hides_no_fault_on_its_line() -> None:
    verdict = judge_reply(code("LDA Elsewhere, Q", "RTS"), reply((0, LABEL_NOT_FOUND)))
    assert [error.kind for error in verdict.errors] == [FaultKind.INDEX_REGISTER]


def test_a_macros_body_is_judged_though_nobody_calls_it() -> None:
    lines = code("macro Load(value)", "LDA #<value>", "MOV X", "endmacro", "NOP")
    verdict = judge_reply(lines, reply())
    assert [(error.line, error.kind) for error in verdict.errors] == [(7, FaultKind.UNKNOWN_MNEMONIC)]


def test_a_line_cut_from_a_macro_is_not_asars_to_judge() -> None:
    lines = code("LDA.b #<value> : STA $12", "RTS")
    assert judge_reply(lines, reply((0, 5027))).score == 1.0


def test_after_the_error_limit_the_built_in_check_goes_on() -> None:
    lines = code("LDA #$12", "LDA #$1G", "MOV X")
    verdict = judge_reply(lines, reply((2, UNKNOWN_COMMAND), (2, ERROR_LIMIT_REACHED)))
    assert [(error.line, error.kind.value) for error in verdict.errors] == [
        (6, "bad number"),
        (7, "refused by asar"),
    ]


def test_a_snippet_that_never_ends_is_a_fault() -> None:
    verdict = judge_reply(code("NOP", "RTS"), AsarReply(outcome="timed out"))
    assert [(error.line, error.kind) for error in verdict.errors] == [(5, FaultKind.TIMED_OUT)]
    assert verdict.score == 0.25


def test_an_error_without_a_place_stays_inside_the_answer() -> None:
    verdict = judge_reply(code("NOP", "RTS"), AsarReply([AsarError(99, 5117, "x"), AsarError(-1, 5117, "y")]))
    assert [error.line for error in verdict.errors] == [5, 6]
