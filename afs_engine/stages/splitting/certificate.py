"""The leak certificate: proof, bound to file hashes, that no row of one side is in another.

Counts exact and verified near-duplicate pairs across train, val and test: as they lie on disk, or,
without the near search, by the content ids and hashes that their writer kept. Knows the three files,
not how they were made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from pydantic import BaseModel, ConfigDict

from afs_engine.data.digest import sha256_file
from afs_engine.data.sample import content_digest
from afs_engine.stages.dedup.across import CrossingPair, find_pairs_across
from afs_engine.stages.splitting.ratios import SIDE_NAMES

_BLOCK_BYTES = 16 << 20
_BLOCK_ROWS = 1 << 16
_LISTED = 20
Ids = np.ndarray[tuple[int, int], np.dtype[np.uint64]]
Rows = np.ndarray[tuple[int], np.dtype[Any]]
NEAR_METHOD = (
    "Jaccard >= 0.8 over the word 5-grams of the lower-cased, space-normalised instruction + output; "
    "complete search, every pair verified"
)


class LeakPair(BaseModel):
    """Two rows that should not be apart, as side and 1-based line."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    left: str
    right: str
    jaccard: float


class LeakCertificate(BaseModel):
    """Pairs of rows on different sides, in the files with these hashes.

    `exact_pairs` have the same content; `near_pairs` reach the Jaccard threshold (exact ones are
    among them), None where they were not searched. `pairs` lists the first ones.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    exact_pairs: int
    near_pairs: int | None
    near_method: str
    rows: dict[str, int]
    sha256: dict[str, str]
    pairs: list[LeakPair]

    @property
    def is_clean(self) -> bool:
        return not self.exact_pairs and not self.near_pairs


class _Texts(msgspec.Struct, gc=False):
    instruction: str
    output: str
    input: str = ""
    thinking: str = ""


@dataclass(frozen=True)
class WrittenSide:
    """One side's file: the content ids of its rows, shape (rows, 2), and its sha256."""

    ids: Ids
    sha256: str


def certify(folder: Path) -> LeakCertificate:
    """The certificate for `folder`'s train.jsonl, val.jsonl and test.jsonl, read back from disk."""
    files = [folder / f"{name}.jsonl" for name in SIDE_NAMES]
    sides = {path.stem: _read_side(path) for path in files}
    exact = certify_exact(sides)
    side = np.repeat(np.arange(len(files)), list(exact.rows.values()))
    found = find_pairs_across(lambda: _texts(files), side, scratch_folder=folder)
    return exact.model_copy(
        update={
            "near_pairs": found.identical + found.near,
            "near_method": NEAR_METHOD,
            "pairs": [_named(pair, exact.rows) for pair in found.listed[:_LISTED]],
        }
    )


def certify_exact(sides: Mapping[str, WrittenSide]) -> LeakCertificate:
    """The certificate without the near search; `sides` by name, as they were counted while written."""
    return LeakCertificate(
        exact_pairs=sum(_pairs_between(sides[a].ids, sides[b].ids) for a, b in combinations(SIDE_NAMES, 2)),
        near_pairs=None,
        near_method="not searched: dedup.near is off",
        rows={name: len(sides[name].ids) for name in SIDE_NAMES},
        sha256={name: sides[name].sha256 for name in SIDE_NAMES},
        pairs=[],
    )


def _named(pair: CrossingPair, counts: dict[str, int]) -> LeakPair:
    """The pair by side and 1-based line of that side's file."""

    def name_of(row: int) -> str:
        for side, rows in counts.items():
            if row < rows:
                return f"{side}:{row + 1}"
            row -= rows
        raise AssertionError("a pair names a row that was counted")

    jaccard = round(pair.jaccard, 4)
    return LeakPair(left=name_of(pair.first_row), right=name_of(pair.second_row), jaccard=jaccard)


def _pairs_between(left: Ids, right: Ids) -> int:
    """Pairs of a row of `left` and one of `right` with the same content."""
    order = np.argsort(right[:, 1])
    low = right[order, 1]
    blocks = (left[start : start + _BLOCK_ROWS] for start in range(0, len(left), _BLOCK_ROWS))
    return sum(_pairs_of_block(block, right, order, low) for block in blocks)


def _pairs_of_block(left: Ids, right: Ids, order: Rows, low: Rows) -> int:
    """`low` are the second halves of `right`, in `order`."""
    first, end = (np.searchsorted(low, left[:, 1], side) for side in ("left", "right"))
    alike = np.flatnonzero(end > first)  # in half of the id: next to none but true copies
    return sum(int((right[order[first[row] : end[row]], 0] == left[row, 0]).sum()) for row in alike.tolist())


def _read_side(path: Path) -> WrittenSide:
    digests = [
        content_digest(row.instruction, row.input, row.output, row.thinking)
        for block in _blocks(path)
        for row in block
    ]
    ids = np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64).reshape(-1, 2)
    return WrittenSide(ids, sha256_file(path))


def _blocks(path: Path) -> Iterator[list[_Texts]]:
    decode = msgspec.json.Decoder(_Texts).decode
    with path.open("rb") as file:
        while lines := file.readlines(_BLOCK_BYTES):
            yield [decode(line) for line in lines]


def _texts(files: Sequence[Path]) -> Iterator[list[str]]:
    for path in files:
        for block in _blocks(path):
            yield [f"{row.instruction} {row.output}" for row in block]
