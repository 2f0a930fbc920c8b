"""Telling formats apart where the beginning alone must decide: files longer than the head."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from afs_engine.data.input_files import read_input
from afs_engine.data.input_format import HEAD_BYTES, packing_of, refuse_other_format
from afs_engine.errors import InputError
from tests.data.hostile_files import CORPUS, Hostile

HERE = Path("in.jsonl")


def judge(data: bytes) -> None:
    refuse_other_format(data[:HEAD_BYTES], is_whole=len(data) <= HEAD_BYTES, path=HERE)


def test_a_long_first_row_is_still_jsonl() -> None:
    numbers = json.dumps({"a": list(range(160_000))}).encode()
    string = json.dumps({"a": "x" * 2_000_000}).encode()
    assert len(numbers) > HEAD_BYTES
    judge(numbers + b"\n" + b'{"a": 1}\n')
    judge(string + b"\n" + b'{"a": 1}\n')


@pytest.mark.parametrize("value", [list(range(160_000)), ["x" * 2_000_000], [{"a": "y" * 90}] * 12_000])
def test_a_long_array_is_refused(value: list[object]) -> None:
    for indent in (None, 1):
        with pytest.raises(InputError, match="JSON array"):
            judge(json.dumps(value, indent=indent).encode())


@pytest.mark.parametrize("value", [{"a": list(range(160_000))}, {"a": 1, "b": ["x" * 2_000_000]}])
def test_a_long_pretty_object_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(InputError, match="pretty-printed"):
        judge(json.dumps(value, indent=1).encode())
    with pytest.raises(InputError, match="pretty-printed"):
        judge(json.dumps(value, indent=1).replace("{\n ", "{", 1).encode())


def test_a_file_of_bad_lines_without_a_known_structure_is_not_refused() -> None:
    for data in (
        b"%%%\n???\n",
        b'{"a": "cut',
        b"{'a': 1}\n{'b': 2}\n",
        b"word\n",
        b"42\n43\n",
        b'"a, b"\n"c"\n',
    ):
        judge(data)


def test_packing_is_told_by_content() -> None:
    assert packing_of(b"\x1f\x8b\x08") == "gzip"
    assert packing_of(b"\x28\xb5\x2f\xfd") == "zstd"
    assert packing_of(b"\x5e\x2a\x4d\x18") == "zstd"
    assert packing_of(b"PAR1") == "parquet"
    assert packing_of(b"") == packing_of(b'{"a"') == packing_of(b"\x1f") == "plain"


def test_bare_utf16_needs_sound_utf16() -> None:
    """A NUL hole at the beginning may look like UTF-16 or UTF-32 by its first four bytes."""
    judge(b"\0\0\0{" + b'"a": 1}\n{"b": 2}\n')


MENDABLE = [case for case in CORPUS if case.refused and case.name != "array_cut"]


@pytest.mark.parametrize("case", MENDABLE, ids=lambda case: case.name)
def test_the_command_in_a_hint_makes_a_readable_file(case: Hostile, tmp_path: Path) -> None:
    path, fixed = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_bytes(case.data)
    with pytest.raises(InputError) as caught:
        list(read_input(path))
    command = caught.value.hint.partition(": ")[2]
    if " IN " not in command:
        pytest.skip("no command in this hint")
    if not shutil.which(command.split()[0]):
        pytest.skip(f"no {command.split()[0]} here")
    command = command.replace(" IN ", f" {path} ").replace("OUT.jsonl", str(fixed))
    subprocess.run(command, shell=True, check=True, timeout=30)
    assert sum(len(block.rows) for block in read_input(fixed)) >= 1
