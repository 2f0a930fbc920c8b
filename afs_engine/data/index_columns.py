"""The index columns of a block of rows: content id, group, source, domain, version, what is present.

Owns how each column is read from canonical rows: one comprehension a column, for this is the hot path
of every import. Knows no file; the codes of domains and versions are the row set writer's.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from afs_engine.data.digest import hash_group
from afs_engine.data.rowset import (
    HAS_COMPONENTS,
    HAS_DOMAIN,
    HAS_GROUP,
    HAS_ID,
    HAS_SCORE,
    Columns,
    RowSetWriter,
)
from afs_engine.data.sample import content_digests
from afs_engine.data.shape import Row
from afs_engine.data.text_rows import Name, TextRows, text_of

_MEMO_SIZE = 1 << 16  # bounded: a source (or a set of keys) of its own in each row must not fill memory
_BITS = {
    "sample_id": HAS_ID,
    "group": HAS_GROUP,
    "quality_score": HAS_SCORE,
    "domain": HAS_DOMAIN,
    "quality_components": HAS_COMPONENTS,
}
Halves = np.ndarray[Any, np.dtype[np.uint64]]
Codes = np.ndarray[tuple[int], np.dtype[Any]]
K = TypeVar("K", bound=Hashable)


class _Memo(dict[K, int], Generic[K]):
    """The code of each key, asked for once as long as it is remembered."""

    def __init__(self, code: Callable[[K], int]) -> None:
        super().__init__()
        self._code = code

    def __missing__(self, key: K) -> int:
        if len(self) >= _MEMO_SIZE:
            self.clear()
        return self.setdefault(key, self._code(key))


class IndexColumns:
    """Makes the columns of one writer's rows; `domain` and `source` stand in where a row has none."""

    def __init__(self, writer: RowSetWriter, *, domain: str, source: str) -> None:
        self._hashes = _Memo[Name](lambda name: hash_group(text_of(name) or source))
        self._domain_codes = _Memo[Name](lambda name: writer.domain_code(text_of(name) or domain))
        self._version_codes = _Memo(writer.version_code)
        self._bits = _Memo(_present_bits)

    def of(self, rows: list[Row]) -> Columns:
        """The columns of canonical rows from `id_hi` on."""
        outputs = [row["output"] for row in rows]
        halves = _content_ids(rows, outputs)
        sources = [row.get("source", "") for row in rows]
        domains = [row.get("domain", "") for row in rows]
        return {
            "id_hi": halves[:, 0],
            "id_lo": halves[:, 1],
            "group": self._groups(rows, halves),
            "source": list(map(self._hashes.__getitem__, sources)),
            "domain": list(map(self._domain_codes.__getitem__, domains)),
            "version": list(map(self._version_codes.__getitem__, _versions(rows))),
            "present": list(map(self._bits.__getitem__, map(tuple, rows))),
            "output_chars": list(map(len, outputs)),
            "score": [row.get("quality_score") for row in rows],
        }

    def of_texts(self, rows: TextRows) -> Columns:
        """The same columns of rows that hold known texts only."""
        halves = _halves(rows.content_digests())
        present = np.zeros(len(rows), np.uint8)
        for name in rows.has.keys() & _BITS.keys():
            present |= rows.has[name] * np.uint8(_BITS[name])
        return {
            "id_hi": halves[:, 0],
            "id_lo": halves[:, 1],
            "group": self._named_groups(rows.names("group"), halves) if "group" in rows.has else halves[:, 1],
            "source": _codes(self._hashes, rows.names("source"), np.uint64),
            "domain": _codes(self._domain_codes, rows.names("domain"), np.uint32),
            "version": np.full(len(rows), self._version_codes[""], np.uint16),
            "present": present,
            "output_chars": rows.output_chars,
            "score": np.full(len(rows), np.nan, np.float32),
        }

    def _groups(self, rows: list[Row], halves: Halves) -> Halves:
        return self._named_groups([row.get("group") for row in rows], halves)

    def _named_groups(self, names: Sequence[Name | None], halves: Halves) -> Halves:
        """Hashes of the groups' names; a row without one is its own group."""
        groups = halves[:, 1].copy()
        for position, group in enumerate(names):
            if group:
                groups[position] = self._hashes[group]
        return groups


def version_of(row: Row) -> str:
    """The earlier version that a rehearsal row comes from; "" for a new row."""
    provenance = row.get("provenance")
    if not isinstance(provenance, dict) or not provenance.get("rehearsal"):
        return ""
    return str(provenance.get("version") or "earlier")


def _versions(rows: list[Row]) -> list[str]:
    if any([row.get("provenance") for row in rows]):  # noqa: C419 - twice as fast as a generator
        return [version_of(row) for row in rows]
    return [""] * len(rows)


def _content_ids(rows: list[Row], outputs: list[str]) -> Halves:
    inputs, thinkings = ([row.get(name, "") for row in rows] for name in ("input", "thinking"))
    instructions = [row["instruction"] for row in rows]
    return _halves(
        content_digests(
            instructions, outputs, inputs if any(inputs) else [], thinkings if any(thinkings) else []
        )
    )


def _halves(digests: bytes) -> Halves:
    """Content ids as two 64-bit halves; shape (rows, 2)."""
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def _codes(memo: _Memo[Name], names: Sequence[Name], kind: type[np.unsignedinteger[Any]]) -> Codes:
    """The code of each name; new names are asked about in the order in which they come."""
    codes = list(map(memo.get, names))  # several times as fast as one look a row that may miss
    if None in codes:
        codes = [memo[name] for name in names]
    return np.array(codes, kind)


def _present_bits(keys: tuple[str, ...]) -> int:
    return sum(bit for key, bit in _BITS.items() if key in keys)
