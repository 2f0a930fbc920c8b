"""Calling the program as a person does: in a process of its own, from a folder, with a home of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-c", "from afs_engine.cli.main import main; main()"]
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def environment(home: Path) -> dict[str, str]:
    names = ("PATH", "LANG", "VIRTUAL_ENV", "VAST_URL")
    kept = {name: value for name, value in os.environ.items() if name in names}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "COLUMNS": "100"}


def call(*arguments: object, cwd: Path, timeout_seconds: float = 300) -> Answer:
    """Runs `afs-engine ARGUMENTS` in `cwd`, which is also its HOME."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env=environment(cwd),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout_seconds,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def call_well(*arguments: object, cwd: Path) -> Answer:
    """As `call`, and the command must succeed."""
    answer = call(*arguments, cwd=cwd)
    assert answer.code == 0, answer.err
    return answer


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
