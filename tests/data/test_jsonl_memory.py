"""Memory stays bounded whatever the file (J14, J18, J23): measured in a process of its own."""

import gzip
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.jsonl_block import INCOMPLETE_LAST_LINE, LINE_TOO_LONG, NOT_JSON, NUL_BYTES
from tests.data.hostile_files import row

MB = 1 << 20
MOST_MB = 150  # a 16 MB line and a 4 MB block, as bytes and decoded; the files below have 100 MB and more

_READ = """
import json, resource, sys
from pathlib import Path
from afs_engine.data.input_files import read_input
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
kept, bad, most = [], [], 0
for block in read_input(Path(sys.argv[1])):
    kept += block.numbers[:9]
    bad += [(each.line, each.offset, each.length, each.reason) for each in block.bad[:9]]
    most = max(most, len(block.rows) + len(block.bad))
print(json.dumps({"grown_mb": peak() - before, "kept": kept[:9], "bad": bad[:9], "most": most}))
"""


def read_in_child(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", _READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["grown_mb"] < MOST_MB
    return found


def test_a_100_mb_row_is_one_bad_line_and_its_neighbours_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    length = 100 * MB
    with path.open("wb") as file:
        file.write(row(1) + b"\n" + b'{"output": "')
        for _ in range(100):
            file.write(b"x" * MB)
        file.write(b'"}\n' + row(2) + b"\n")
    first = len(row(1)) + 1
    found = read_in_child(path)
    assert found["kept"] == [1, 3]
    assert found["bad"] == [[2, first, length + 14, LINE_TOO_LONG]]


def test_a_26_mb_unterminated_row_is_one_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(row(1) + b"\n" + b'{"output": "' + b"x" * (26 * MB))
    assert [bad[3] for bad in read_in_child(path)["bad"]] == [LINE_TOO_LONG]


def test_a_row_below_the_cap_is_kept_and_its_torn_copy_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    long_row = b'{"output": "' + b"x" * (15 * MB) + b'"}'
    path.write_bytes(row(1) + b"\n" + long_row + b"\n" + long_row[:-1])
    found = read_in_child(path)
    assert found["kept"] == [1, 2]
    assert [bad[3] for bad in found["bad"]] == [INCOMPLETE_LAST_LINE]


def test_a_sparse_hole_is_one_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(row(1) + b"\n")
    os.truncate(path, 400 * MB)
    found = read_in_child(path)
    assert found["kept"] == [1]
    assert [bad[3] for bad in found["bad"]] == [NUL_BYTES]


def test_half_a_million_tiny_rows_come_in_bounded_blocks(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}\n" * 500_000, 1))
    assert read_in_child(path)["most"] == 50_000


def test_bad_lines_without_end_come_in_bounded_blocks(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(row(1) + b"\n" + b"x\n" * 60_000)
    found = read_in_child(path)
    assert found["most"] == 50_000
    assert found["bad"][0][3] == NOT_JSON


@pytest.mark.parametrize("unit", [b"\0", b'{"a": 1}\n'])
def test_an_archive_below_the_bomb_ratio_is_read_in_bounded_memory(unit: bytes, tmp_path: Path) -> None:
    packer = zlib.compressobj(1, wbits=31)  # level 1 packs zeros about 200 times
    portion = unit * (MB // len(unit))
    data = b"".join(packer.compress(portion) for _ in range(3 if len(unit) > 1 else 200)) + packer.flush()
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(data)
    read_in_child(path)
