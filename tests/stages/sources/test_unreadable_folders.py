"""A folder that may not be looked into, or a pipe among the files: counted, and nothing waits for it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.stages.sources.memory import MemoryGenerator
from afs_engine.stages.sources.oracle.generator import OracleGenerator

NOTE = "# Tide\n\nThe tide turns every 256 frames, and the bell rings when it does.\n"


@pytest.mark.parametrize("generator", [MemoryGenerator, OracleGenerator])
def test_what_can_not_be_looked_into_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, generator: Callable[[Path], Any]
) -> None:
    for path in (tmp_path / "a.md", tmp_path / "locked" / "b.md"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(NOTE)
    os.mkfifo(tmp_path / "pipe.md")
    scandir = os.scandir

    def refuse(folder: str) -> Any:  # as root, no permission would refuse it
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    source = generator(tmp_path)
    assert len(list(source.generate())) == 1
    assert source.counts.read == source.counts.used + sum(source.counts.skipped.values())
    assert [count for why, count in source.counts.skipped.items() if why.startswith("unreadable folder")] == [
        1
    ]
