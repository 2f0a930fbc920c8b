"""Writing log files for tests."""

from pathlib import Path
from typing import Any

import msgspec


def write_lines(path: Path, *lines: dict[str, Any] | bytes) -> Path:
    """A JSONL file; bytes are written as they are, everything else as a line of JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = [line if isinstance(line, bytes) else msgspec.json.encode(line) + b"\n" for line in lines]
    path.write_bytes(b"".join(encoded))
    return path


def write_json(path: Path, value: object) -> Path:
    """A JSON file, indented as the vendors write theirs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value)))
    return path
