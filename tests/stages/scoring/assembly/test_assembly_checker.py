"""The choice between asar's library, its tool and the built-in check, and what each verdict says."""

from pathlib import Path

import pytest

from afs_engine.errors import MissingPartError
from afs_engine.stages.scoring.assembly import asar_find
from afs_engine.stages.scoring.assembly.asar_find import find_asar
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.assembly.syntax import check_syntax
from afs_engine.stages.scoring.assembly.verdict import FaultKind
from tests.stages.scoring.assembly.snippets import BY_KIND, PROSE, SPRITE_ROUTINE, fence

ANSWERS = [fence(SPRITE_ROUTINE), PROSE, fence("; nothing\n"), fence("NOP\nMOV A,#$12\n")]


def without_asar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asar_find, "_LIBRARY_FOLDERS", ())
    monkeypatch.setenv("PATH", "")


def test_without_asar_the_built_in_check_answers_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    without_asar(monkeypatch)
    with AssemblyChecker() as checker:
        assert checker.check_many(ANSWERS) == [check_syntax(answer) for answer in ANSWERS]
        assert checker.describe() == (
            "no asar: the built-in 65816 syntax check answers; name asar in AFS_ASAR to use it"
        )
        assert checker.version.endswith("built-in")


def test_asar_answers_for_code_and_nobody_for_prose(stand_in_library: Path) -> None:
    with AssemblyChecker(stand_in_library) as checker:
        verdicts = checker.check_many(
            [fence("NOP\n"), PROSE, fence("; nothing\n"), fence("NOP\nERR 5117 x\n")]
        )
        assert [verdict.checked_by for verdict in verdicts] == ["asar", "built-in", "built-in", "asar"]
        assert [verdict.score for verdict in verdicts] == [1.0, None, None, 0.25]
        assert [error.line for error in verdicts[3].errors] == [5]
        assert checker.describe() == f"asar 1.91 at {stand_in_library}"
        assert checker.version.endswith("asar 1.91")


def test_a_hanging_and_a_killing_snippet_cost_only_themselves(stand_in_library: Path) -> None:
    answers = [
        fence(code) for code in ("NOP\n", "NOP\nHANG\n", "NOP\n", "NOP : NOP ; \n", "NOP\nDIE\n", "NOP\n")
    ]
    with AssemblyChecker(stand_in_library, time_limit_seconds=0.4) as checker:
        verdicts = checker.check_many(answers)
    assert [error.kind for error in verdicts[1].errors] == [FaultKind.TIMED_OUT]
    assert [verdict.checked_by for verdict in verdicts] == [
        "asar",
        "asar",
        "asar",
        "asar",
        "built-in",
        "asar",
    ]
    assert [verdict.score for verdict in verdicts] == [1.0, 0.25, 1.0, 1.0, 0.25, 1.0]


def test_the_tool_answers_where_the_library_does_not_load(
    tmp_path: Path, old_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "libasar.so").write_bytes(old_library.read_bytes())
    tool = tmp_path / "asar"
    tool.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Asar 1.90" || echo "s.asm:3: error: (Ex): no"\n'
    )
    tool.chmod(0o755)
    monkeypatch.setenv("AFS_ASAR", str(tmp_path))
    with AssemblyChecker() as checker:
        assert checker.describe().startswith(f"asar 1.90 at {tool} (")
        assert "did not start" in checker.describe()
        verdict = checker.check_many([fence("NOP\nNOP\n")])[0]
    assert [(error.line, error.text) for error in verdict.errors] == [(5, "no")]
    assert verdict.checked_by == "asar"


def test_a_closed_checker_may_be_asked_again(stand_in_library: Path) -> None:
    checker = AssemblyChecker(stand_in_library)
    first = checker.check_many([fence("NOP\n")])
    checker.close()
    assert checker.check_many([fence("NOP\n")]) == first
    checker.close()


def test_a_setting_that_names_nothing_is_said_at_once() -> None:
    with pytest.raises(MissingPartError):
        AssemblyChecker(Path("/nowhere/libasar.so"))


@pytest.fixture
def real_asar() -> Path:
    library = find_asar().library
    if library is None:
        pytest.skip("asar's shared library is not on this machine (name it in AFS_ASAR)")
    return library


def test_real_asar_agrees_with_the_built_in_check(real_asar: Path) -> None:
    bad = [SPRITE_ROUTINE.replace(good, faulty) for good, faulty in BY_KIND.values()]
    with AssemblyChecker(real_asar) as checker:
        verdicts = checker.check_many([fence(code) for code in (SPRITE_ROUTINE, *bad)])
    assert [verdict.score == 1.0 for verdict in verdicts] == [True] + [False] * len(bad)
    assert {verdict.checked_by for verdict in verdicts} == {"asar"}


def test_real_asar_neither_hangs_nor_reads_files(real_asar: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.asm"
    secret.write_text("this is no assembly\n")
    spelled = f'!x = "inc"\n!y = "src"\n!x!y "{secret}"\nNOP\n'
    endless = "!a = 1\nwhile !a == 1\n!b = 2\nendwhile\nNOP\n"
    with AssemblyChecker(real_asar, time_limit_seconds=0.5) as checker:
        verdicts = checker.check_many([fence(spelled), fence(endless), fence("NOP\n")])
    assert [verdict.score for verdict in verdicts] == [1.0, 0.0, 1.0]
    assert [error.kind for error in verdicts[1].errors] == [FaultKind.TIMED_OUT]
