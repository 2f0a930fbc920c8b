"""The program called inside this process, which is a second a call faster than `tests.program`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.cli.main import _run
from tests.program import Answer

Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Calls the program in a folder of its own, which is also its home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        code = _run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call


@pytest.fixture
def done(ask: Ask) -> Callable[..., Any]:
    """As `ask`, with --json; the command must succeed. Gives what it prints."""

    def call(*arguments: object) -> Any:
        answer = ask(*arguments, "--json")
        assert answer.code == 0, answer.err
        return answer.json

    return call
