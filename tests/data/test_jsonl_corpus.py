"""Every hostile file: exact lines kept, refused and blank, with places that can be found again."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_block import LineBlock, ReaderLimits
from afs_engine.errors import InputError
from tests.data.hostile_files import BOM, CORPUS, Hostile

TINY = ReaderLimits(block_bytes=257, block_lines=3, max_line_bytes=1 << 20)
PACKERS = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
READABLE = [case for case in CORPUS if not case.refused]
REFUSED = [case for case in CORPUS if case.refused]


def read_all(path: Path, limits: ReaderLimits | None = None) -> list[LineBlock]:
    return list(read_input(path, limits=limits or ReaderLimits()))


def physical_lines(data: bytes) -> list[bytes]:
    parts = data.removeprefix(BOM).split(b"\n")
    return parts if parts[-1] else parts[:-1]


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 60
    assert len({case.name for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("limits", [ReaderLimits(), TINY], ids=["whole", "tiny-blocks"])
@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_every_line_ends_where_it_belongs(case: Hostile, limits: ReaderLimits, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(case.data)
    blocks = read_all(path, limits)
    assert [number for block in blocks for number in block.numbers] == case.kept
    assert {bad.line: bad.reason for block in blocks for bad in block.bad} == case.bad
    assert sum(block.blank for block in blocks) == case.blank
    assert len(case.kept) + len(case.bad) + case.blank == len(physical_lines(case.data))


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_places_and_bytes_are_exact(case: Hostile, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(case.data)
    lines = physical_lines(case.data)
    for block in read_all(path):
        assert len(block.rows) == len(block.lines) == len(block.numbers) == len(block.offsets)
        data_lines = block.data.split(b"\n")[:-1] if block.data else []
        for number, offset, line, row, data_line in zip(
            block.numbers, block.offsets, block.lines, block.rows, data_lines, strict=True
        ):
            assert data_line == lines[number - 1].strip(b"\0")
            assert case.data[offset:].startswith(data_line)
            assert line == data_line.strip()
            assert row == json.loads(line)
        for bad in block.bad:
            assert case.data[bad.offset : bad.offset + bad.length] == lines[bad.line - 1]
            assert bad.raw == lines[bad.line - 1][:65536]
            assert bad.detail


@pytest.mark.parametrize("packer", PACKERS.values(), ids=PACKERS.keys())
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_another_format_is_refused_by_name(case: Hostile, packer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "in.jsonl"
    path.write_bytes(packer(case.data))
    with pytest.raises(InputError) as caught:
        read_all(path)
    assert case.refused in caught.value.what
    assert caught.value.hint
    assert caught.value.where is not None and caught.value.where.path == path


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_packed_files_give_the_same(packing: str, tmp_path: Path) -> None:
    for case in READABLE:
        path = tmp_path / "in.jsonl"
        path.write_bytes(PACKERS[packing](case.data))
        blocks = read_all(path)
        assert [number for block in blocks for number in block.numbers] == case.kept, case.name
        assert {bad.line: bad.reason for block in blocks for bad in block.bad} == case.bad, case.name
