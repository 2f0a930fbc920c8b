"""Question suites: a JSONL of questions, each with the answer expected and what it tests.

A line is `{"question": ..., "expected": ..., "features": [...]}`; `domain` may stand in it, too. Read
into sample rows, which is what an evaluation works on. Knows no model.
"""

from pathlib import Path

import msgspec

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import InputError, Where


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    question: str
    expected: str
    features: list[str] = []
    domain: str = "suite"


_HINT = 'a line is {"question": "...", "expected": "...", "features": ["..."]}'


def write_suite_rows(suite: Path, target: Path) -> None:
    """Writes the suite as sample rows, line for line. Raises InputError with the line."""
    write_atomic(target, b"\n".join(read_suite_rows(suite)) + b"\n")


def read_suite_rows(suite: Path) -> list[bytes]:
    """The questions as sample rows in JSON, line for line. Raises InputError with the line."""
    decode = msgspec.json.Decoder(_Question).decode
    lines: list[bytes] = []
    for number, line in enumerate(_read(suite).splitlines(), start=1):
        try:
            asked = decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InputError(f"not a question: {error}", where=Where(suite, number), hint=_HINT) from error
        row = {
            "instruction": asked.question,
            "output": asked.expected,
            "domain": asked.domain,
            "features": asked.features,
        }
        lines.append(msgspec.json.encode(row))
    if not lines:
        raise InputError("there is no question in it", where=suite, hint=_HINT)
    return lines


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "check --suite, or [evaluate.suites] in the recipe"
        raise InputError(f"can't read the suite: {error.strerror}", where=path, hint=hint) from error
