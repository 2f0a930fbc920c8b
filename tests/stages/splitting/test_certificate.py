"""The leak certificate counts pairs across three files as they lie on disk."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afs_engine.stages.splitting.certificate import WrittenSide, certify, certify_exact
from tests.program import write_rows


def row(number: int, **more: Any) -> dict[str, Any]:
    words = " ".join(f"w{number * 31 + place * 7}" for place in range(40))
    return {"instruction": f"Question {number}?", "output": words, **more}


def nearly(number: int) -> dict[str, Any]:
    """Row `number` with its last word changed: 36 of 38 word 5-grams are shared, one of each differs."""
    return row(number) | {"output": row(number)["output"].rsplit(" ", 1)[0] + " else"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_rows(tmp_path / "train.jsonl", [row(n) for n in range(20)])
    write_rows(tmp_path / "val.jsonl", [row(n) for n in range(20, 25)])
    write_rows(tmp_path / "test.jsonl", [row(n) for n in range(25, 30)])
    return tmp_path


def test_a_clean_split(folder: Path) -> None:
    certificate = certify(folder)
    assert certificate.is_clean
    assert (certificate.exact_pairs, certificate.near_pairs, certificate.pairs) == (0, 0, [])
    assert certificate.rows == {"train": 20, "val": 5, "test": 5}
    for side, digest in certificate.sha256.items():
        assert digest == hashlib.sha256((folder / f"{side}.jsonl").read_bytes()).hexdigest()


def test_copies_and_near_copies_across_sides_are_counted_and_named(folder: Path) -> None:
    # other domain, other source: still the same content; line 2 of val is line 4 of train, and so on
    write_rows(folder / "val.jsonl", [row(20), row(3, domain="x", source="y"), nearly(7)])
    write_rows(folder / "test.jsonl", [row(25), row(3)])
    certificate = certify(folder)
    assert not certificate.is_clean
    assert certificate.exact_pairs == 3  # train 4 - val 2, train 4 - test 2, val 2 - test 2
    assert certificate.near_pairs == 4
    named = {(pair.left, pair.right): pair.jaccard for pair in certificate.pairs}
    assert set(named) <= {
        ("train:4", "val:2"),
        ("train:4", "test:2"),
        ("val:2", "test:2"),
        ("train:8", "val:3"),
    }
    assert 0.8 <= named.pop(("train:8", "val:3")) < 1
    assert len(named) >= 2  # enough to find all three copies
    assert set(named.values()) == {1.0}


def test_copies_on_one_side_are_no_leak(folder: Path) -> None:
    write_rows(folder / "train.jsonl", [row(1), row(1), nearly(1)])
    assert certify(folder).is_clean


def test_without_the_near_search_copies_are_counted_by_content_id() -> None:
    ids = [[[1, 1], [1, 2], [2, 2], [2, 2]], [[2, 1], [3, 3]], [[2, 2], [1, 1], [3, 3]]]
    sides = {
        name: WrittenSide(np.array(rows, dtype=np.uint64), f"digest of {name}")
        for name, rows in zip(("train", "val", "test"), ids, strict=True)
    }
    certificate = certify_exact(sides)
    assert certificate.exact_pairs == 4  # (1, 1) once, (2, 2) twice, (3, 3) once; half an id is no copy
    assert (certificate.rows, certificate.pairs) == ({"train": 4, "val": 2, "test": 3}, [])
    assert certificate.sha256["val"] == "digest of val"
    assert certificate.near_pairs is None
    assert certificate.near_method.startswith("not searched")
    assert not certificate.is_clean


def test_sides_may_be_empty(folder: Path) -> None:
    (folder / "val.jsonl").write_bytes(b"")
    (folder / "test.jsonl").write_bytes(b"")
    assert certify(folder).rows == {"train": 20, "val": 0, "test": 0}
