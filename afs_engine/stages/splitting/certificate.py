"""The leak certificate: proof, bound to file hashes, that no row of one side is in another.

Counts exact and verified near-duplicate pairs across train, val and test as they lie on disk.
Knows the three files, not how they were made.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from pydantic import BaseModel, ConfigDict

from afs_engine.data.digest import sha256_file
from afs_engine.data.sample import content_digest
from afs_engine.stages.dedup.across import CrossingPair, find_pairs_across
from afs_engine.stages.splitting.sides import SIDE_NAMES

_BLOCK_BYTES = 16 << 20
_LISTED = 20
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


def certify(folder: Path, *, near: bool = True) -> LeakCertificate:
    """The certificate for `folder`'s train.jsonl, val.jsonl and test.jsonl."""
    files = {name: folder / f"{name}.jsonl" for name in SIDE_NAMES}
    counts, exact_pairs = _count_exact(files)
    sides = np.repeat(np.arange(3), list(counts.values()))
    pairs = find_pairs_across(lambda: _texts(files), sides, scratch_folder=folder) if near else None
    return LeakCertificate(
        exact_pairs=exact_pairs,
        near_pairs=pairs.identical + pairs.near if pairs else None,
        near_method=NEAR_METHOD if near else "not searched: dedup.near is off",
        rows=counts,
        sha256={name: sha256_file(path) for name, path in files.items()},
        pairs=[_named(pair, counts) for pair in pairs.listed[:_LISTED]] if pairs else [],
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


def _count_exact(files: dict[str, Path]) -> tuple[dict[str, int], int]:
    """Rows a side, and pairs of rows with the same content on two sides."""
    counts: dict[str, int] = {}
    seen: dict[bytes, dict[str, int]] = {}
    pairs = 0
    for name, path in reversed(files.items()):  # the small sides first: only they are held
        rows = 0
        for block in _blocks(path):
            for row in block:
                rows += 1
                content = content_digest(row.instruction, row.input, row.output, row.thinking)
                held = seen.get(content)
                if held:
                    pairs += sum(count for other, count in held.items() if other != name)
                if name != "train":
                    here = seen.setdefault(content, {})
                    here[name] = here.get(name, 0) + 1
        counts[name] = rows
    return {name: counts[name] for name in files}, pairs


def _blocks(path: Path) -> Iterator[list[_Texts]]:
    decode = msgspec.json.Decoder(_Texts).decode
    with path.open("rb") as file:
        while lines := file.readlines(_BLOCK_BYTES):
            yield [decode(line) for line in lines]


def _texts(files: dict[str, Path]) -> Iterator[list[str]]:
    for path in files.values():
        for block in _blocks(path):
            yield [f"{row.instruction} {row.output}" for row in block]
