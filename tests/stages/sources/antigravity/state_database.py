"""State databases of the Antigravity editor, as it writes them."""

import base64
import sqlite3
from pathlib import Path
from typing import Any

import msgspec

KEY = "antigravityUnifiedStateSync.trajectorySummaries"
OTHER_KEY = "unifiedStateSync.trajectorySummaries"


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, data: bytes | str | dict[str, Any]) -> bytes:
    """A length-delimited field."""
    if isinstance(data, dict):
        data = msgspec.json.encode(data)
    raw = data.encode() if isinstance(data, str) else data
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def number_field(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def trajectory(session: str, title: str, *payloads: dict[str, Any]) -> bytes:
    """A map entry: the id, and base64 of the summary, whose steps hold the payloads."""
    steps = b"".join(field(2, number_field(1, 300) + field(7, field(3, payload))) for payload in payloads)
    summary = field(1, title) + number_field(3, 12) + b"\x29" + bytes(8) + steps + b"\x3d" + bytes(4)
    return field(1, session) + field(2, field(1, base64.b64encode(summary)))


def write_database(path: Path, values: dict[str, bytes | str | int]) -> Path:
    """`state.vscdb` with those rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)")
        database.executemany("INSERT INTO ItemTable VALUES (?, ?)", values.items())
    database.close()
    return path
