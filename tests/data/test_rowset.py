"""Row sets: lines and index columns come back as they went in, in any order and across parts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data.row_reader import BLOCK_ROWS, RowReader
from afs_engine.data.rowset import HAS_ID, INDEX_TYPES, RowSet, RowSetWriter
from afs_engine.errors import StorageError


def columns(count: int, start: int = 0) -> dict[str, Any]:
    numbers = np.arange(start, start + count, dtype=np.uint64)
    return {
        "id_hi": numbers,
        "id_lo": numbers + np.uint64(2**63),
        "group": numbers,
        "source": numbers,
        "domain": [0] * count,
        "version": [0] * count,
        "present": [HAS_ID] * count,
        "output_chars": [7] * count,
        "score": [None if n % 3 else n / 4 for n in range(start, start + count)],
    }


def write(folder: Path, blocks: list[list[bytes]]) -> RowSet:
    writer = RowSetWriter(folder)
    writer.domain_code("asm")
    for block in blocks:
        writer.append(block, columns(len(block), writer.rows))
    writer.close()
    return RowSet(folder)


def numbered(count: int, name: str = "row") -> list[bytes]:
    return [f'{{"{name}":{n}}}'.encode() for n in range(count)]


LINES = st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b" ")), max_size=12)


@settings(max_examples=40)
@given(st.lists(LINES, max_size=4), st.lists(st.integers(0, 1000), max_size=20))
def test_lines_come_back_by_number_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[list[bytes]], picks: list[int]
) -> None:
    rowset = write(tmp_path_factory.mktemp("rowset") / "rows", blocks)
    lines = [line for block in blocks for line in block]
    assert rowset.rows == len(lines)
    assert [line for block in rowset.line_blocks() for line in block] == lines
    wanted = [pick % len(lines) for pick in picks] if lines else []
    reader = rowset.open_lines()
    assert reader.lines(np.array(wanted, dtype=np.int64)) == [lines[number] for number in wanted]
    reader.close()


def test_blocks_are_whole_lines_whatever_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [b"x" * length for length in (0, 5, 100, 3, 0, 40, 41, 1, 200, 0)]
    rowset = write(tmp_path / "rows", [lines])
    for size in (1, 7, 41, 42, 1000):
        monkeypatch.setattr("afs_engine.data.rowset.READ_BLOCK_BYTES", size)
        assert [line for block in rowset.line_blocks() for line in block] == lines
        blocks = list(rowset.data_blocks())
        assert b"".join(blocks) == rowset.rows_path.read_bytes()
        assert all(block.endswith(b"\n") for block in blocks)
        assert (len(blocks) > 1) == (size < 1000)


def test_an_index_grows_block_by_block(tmp_path: Path) -> None:
    rowset = write(tmp_path / "rows", [numbered(5000), numbered(10), numbered(3), []])
    assert rowset.rows == 5013
    assert rowset.column("id_hi").tolist() == list(range(5013))
    assert rowset.column("id_lo")[-1] == 2**63 + 5012
    score = rowset.column("score")
    assert np.isnan(score[1])
    assert score[3] == np.float32(0.75)
    for name, kind in INDEX_TYPES.items():
        assert rowset.column(name).dtype == kind
        with pytest.raises(ValueError, match="read-only"):
            rowset.column(name)[0] = 1


def test_the_same_rows_give_the_same_digest(tmp_path: Path) -> None:
    first = write(tmp_path / "a", [numbered(20)]).info
    assert write(tmp_path / "b", [numbered(20)]).info == first
    assert write(tmp_path / "c", [numbered(21)]).info.digest != first.digest
    assert write(tmp_path / "d", [[*numbered(19), b'{"row":0}']]).info.digest != first.digest


def test_codes_are_given_at_first_use(tmp_path: Path) -> None:
    writer = RowSetWriter(tmp_path / "rows")
    assert [writer.domain_code(name) for name in ("b", "a", "b")] == [0, 1, 0]
    assert [writer.version_code(name) for name in ("", "v1", "v1")] == [0, 1, 1]
    info = writer.close()
    assert (info.rows, info.domains, info.versions) == (0, ["b", "a"], ["", "v1"])


@pytest.mark.parametrize("damage", [b"", b"{", b'{"rows":1}'])
def test_a_damaged_row_set_is_named(tmp_path: Path, damage: bytes) -> None:
    write(tmp_path / "rows", [numbered(1)])
    (tmp_path / "rows" / "rowset.json").write_bytes(damage)
    with pytest.raises(StorageError, match=r"rows: a stored row set can't be read \(remove this folder"):
        RowSet(tmp_path / "rows")
    with pytest.raises(StorageError):
        RowSet(tmp_path / "nowhere")


@settings(max_examples=40)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), st.lists(st.integers(0, 99), max_size=30))
def test_a_reader_walks_several_row_sets_by_overall_number(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], picks: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("several")
    rowsets = [write(folder / str(n), [numbered(size, f"set{n}")]) for n, size in enumerate(sizes)]
    lines = [line for n, size in enumerate(sizes) for line in numbered(size, f"set{n}")]
    wanted = np.array([pick % len(lines) for pick in picks] if lines else [], dtype=np.int64)
    with RowReader(rowsets) as reader:
        found = [line for _, block in reader.blocks(wanted) for line in block]
        present, ids = reader.identities(wanted)
    assert found == [lines[number] for number in wanted.tolist()]
    assert present == [HAS_ID] * len(wanted)
    assert all(len(each) == 32 for each in ids)


def test_a_reader_gives_blocks(tmp_path: Path) -> None:
    rowset = write(tmp_path / "rows", [numbered(BLOCK_ROWS + 5)])
    order = np.arange(BLOCK_ROWS + 5)[::-1]
    with RowReader([rowset]) as reader:
        blocks = [(numbers.tolist(), lines) for numbers, lines in reader.blocks(order)]
    assert [len(lines) for _, lines in blocks] == [BLOCK_ROWS, 5]
    assert blocks[1] == ([4, 3, 2, 1, 0], numbered(5)[::-1])
