"""gzip, zstd and Parquet: all rows or a refusal, never a silent short file (J17, J18)."""

import gzip
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import zstandard

from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_block import LineBlock
from afs_engine.errors import InputError
from tests.data.hostile_files import rows, text

ROWS = rows(300)
DATA = text(ROWS)
SKIPPABLE = b"\x5a\x2a\x4d\x18\x04\0\0\0abcd"


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def read(tmp_path: Path, data: bytes, name: str = "in.jsonl") -> list[LineBlock]:
    (tmp_path / name).write_bytes(data)
    return list(read_input(tmp_path / name))


def lines_of(blocks: list[LineBlock]) -> list[bytes]:
    return [line for block in blocks for line in block.lines]


HALF = DATA.index(b"\n", len(DATA) // 2) - 40  # within a line
WHOLE = {
    "gzip": gzip.compress(DATA),
    "gzip_members": gzip.compress(DATA[:HALF]) + gzip.compress(b"") + gzip.compress(DATA[HALF:]),
    "gzip_many_members": b"".join(gzip.compress(row + b"\n") for row in ROWS),
    "gzip_padding": gzip.compress(DATA) + b"\0" * 40_000,
    "zstd": zstd(DATA),
    "zstd_frames": zstd(DATA[:HALF]) + zstd(b"") + zstd(DATA[HALF:]),
    "zstd_many_frames": b"".join(zstd(row + b"\n") for row in ROWS),
    "zstd_skippable": SKIPPABLE + zstd(DATA) + SKIPPABLE,
}


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE.keys())
def test_whole_files_give_all_rows(data: bytes, tmp_path: Path) -> None:
    assert lines_of(read(tmp_path, data)) == ROWS


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 0x55]) + data[position + 1 :]


G, Z = WHOLE["gzip"], WHOLE["zstd"]
DAMAGED = {
    "gzip_cut": (G[: len(G) // 2], "ends too early"),
    "gzip_cut_before_crc": (G[:-8], "ends too early"),
    "gzip_cut_in_length": (G[:-1], "ends too early"),
    "gzip_cut_header": (G[:5], "ends too early"),
    "gzip_crc": (flipped(G, -6 + len(G)), "damaged"),
    "gzip_flip": (flipped(G, len(G) // 2), "damaged"),
    "gzip_garbage": (G + b"garbage", "something else follows"),
    "gzip_one_byte": (G + b"x", "something else follows"),
    "gzip_second_cut": (G + G[:-3], "ends too early"),
    "zstd_cut": (Z[: len(Z) // 2], "ends too early"),
    "zstd_cut_in_checksum": (Z[:-1], "ends too early"),
    "zstd_cut_header": (Z[:5], "ends too early"),
    "zstd_checksum": (flipped(Z, len(Z) - 2), "damaged"),
    "zstd_garbage": (Z + b"garbage", "something else follows"),
    "zstd_one_byte": (Z + b"x", "something else follows"),
    "zstd_second_cut": (Z + Z[:-3], "ends too early"),
    "zstd_huge_window": (b"\x28\xb5\x2f\xfd\x00\xf8" + Z[6:], "damaged"),
}


@pytest.mark.parametrize(("data", "what"), DAMAGED.values(), ids=DAMAGED.keys())
def test_damage_is_refused(data: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read(tmp_path, data)
    assert caught.value.where is not None and caught.value.where.line


def test_the_error_names_the_line_that_was_reached(tmp_path: Path) -> None:
    many = text(rows(20_000))
    with pytest.raises(InputError) as caught:
        read(tmp_path, gzip.compress(many) + b"garbage")
    assert caught.value.where is not None and caught.value.where.line == 20_001


def test_names_that_lie_are_noted(tmp_path: Path) -> None:
    for name, data in {"a.jsonl": G, "b.jsonl": Z, "c.jsonl.gz": DATA, "d.zst": G, "e.parquet": DATA}.items():
        blocks = read(tmp_path, data, name)
        assert lines_of(blocks) == ROWS
        assert [note for block in blocks for note in block.notes if "the name ends in" in note], name
    assert not [note for block in read(tmp_path, G, "a.jsonl.gz") for note in block.notes]


def test_packed_twice_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gzip data inside"):
        read(tmp_path, zstd(G))


def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(160)) + packer.flush()


def zstd_bomb() -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(b"\0" * (160 << 20))


@pytest.mark.parametrize("bomb", [gzip_bomb, zstd_bomb])
def test_a_bomb_is_refused(bomb, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="more than 500 times its size"):
        read(tmp_path, bomb())


def test_parquet_gives_every_row_and_key(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "instruction": ["7E0010", "é\n"],
            "quality_score": [0.5, None],
            "when": [datetime(2026, 1, 10, tzinfo=UTC), None],
            "day": [date(2026, 1, 10), None],
            "price": [Decimal("1.20"), None],
            "tags": [["a", "b"], []],
            "metadata": [{"k": 2**62}, {"k": None}],
            "raw": [b"\xff", b""],
        }
    )
    frame.write_parquet(tmp_path / "in.jsonl")
    blocks = list(read_input(tmp_path / "in.jsonl"))
    found = [row for block in blocks for row in block.rows]
    assert found[0] == {
        "instruction": "7E0010",
        "quality_score": 0.5,
        "when": "2026-01-10T00:00:00Z",
        "day": "2026-01-10",
        "price": "1.20",
        "tags": ["a", "b"],
        "metadata": {"k": 2**62},
        "raw": "/w==",
    }
    assert found[1]["when"] is None and found[1]["instruction"] == "é\n"
    assert [number for block in blocks for number in block.numbers] == [1, 2]


def test_a_long_parquet_file_keeps_its_order(tmp_path: Path) -> None:
    pl.DataFrame({"output": [str(index) for index in range(20_001)]}).write_parquet(tmp_path / "in.parquet")
    answers = [row["output"] for block in read_input(tmp_path / "in.parquet") for row in block.rows]
    assert answers == [str(index) for index in range(20_001)]


def test_a_cut_parquet_file_is_refused(tmp_path: Path) -> None:
    pl.DataFrame({"output": ["a"] * 100}).write_parquet(tmp_path / "in.parquet")
    data = (tmp_path / "in.parquet").read_bytes()
    with pytest.raises(InputError, match="Parquet file can't be read"):
        read(tmp_path, data[: len(data) // 2], "in.parquet")
