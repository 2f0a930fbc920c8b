"""The score that follows from faults."""

from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.scoring.assembly.verdict import (
    AssemblyError,
    FaultKind,
    judge_code,
    no_assembly,
    score_lines,
)


def test_the_formula_at_its_corners() -> None:
    assert score_lines(0, 0) is None
    assert score_lines(30, 0) == 1.0
    assert score_lines(4, 1) == 0.375
    assert score_lines(4, 4) == 0.0


@given(st.integers(1, 10_000), st.data())
def test_more_faulty_lines_never_score_better(lines: int, data: st.DataObject) -> None:
    faulty = data.draw(st.integers(0, lines - 1))
    better, worse = score_lines(lines, faulty), score_lines(lines, faulty + 1)
    assert better is not None
    assert worse is not None
    assert 0.0 <= worse < better <= 1.0
    assert worse < 0.5


def test_two_faults_on_a_line_count_once_and_errors_come_in_order() -> None:
    errors = [AssemblyError(line, FaultKind.BAD_NUMBER, "x") for line in (7, 2, 7)]
    verdict = judge_code(4, errors, "asar")
    assert [error.line for error in verdict.errors] == [2, 7, 7]
    assert (verdict.lines_checked, verdict.score) == (4, 0.25)


def test_no_assembly_is_not_measured() -> None:
    verdict = no_assembly()
    assert (verdict.applies, verdict.score, verdict.lines_checked) == (False, None, 0)
