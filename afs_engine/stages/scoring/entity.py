"""The entity component: how many of the addresses and symbols in an output are known.

Owns the share. The person's table, what an address is, which the console documents and what a symbol is
stand in `entity_table`, `addresses`, `memory_map` and `symbols`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.addresses import find_addresses
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.memory_map import map_addresses
from afs_engine.stages.scoring.symbols import compile_symbols, find_symbols
from afs_engine.stages.scoring.text_block import TextBlock, join_texts, split_into_blocks


def entity_scores(outputs: Sequence[str], table: EntityTable) -> NDArray[np.float32]:
    """Known mentions over all mentions per output, NaN where there are none; shape (outputs,)."""
    return known_shares(*count_entities(outputs, table))


def known_shares(known: NDArray[Any], total: NDArray[Any]) -> NDArray[np.float32]:
    """`known` over `total`, NaN where there is nothing."""
    share: NDArray[np.float32] = np.full(len(total), np.nan, np.float32)
    np.divide(known, total, out=share, where=total > 0, casting="same_kind")
    return share


def count_entities(outputs: Sequence[str], table: EntityTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Known mentions and all that can be judged, per output; shape (outputs,) each."""
    known, total = np.zeros(len(outputs), np.int64), np.zeros(len(outputs), np.int64)
    rows = [row for row, text in enumerate(outputs) if table.symbols or "$" in text]
    texts = [outputs[row] for row in rows]
    places = np.array(rows, np.int64)
    for part in split_into_blocks(texts):
        known[places[part]], total[places[part]] = _count_block(join_texts(texts[part]), table)
    return known, total


def entity_score(output: str, table: EntityTable) -> float | None:
    """The score of one output, None where it mentions no entity."""
    score = float(entity_scores([output], table)[0])
    return None if np.isnan(score) else score


def _count_block(block: TextBlock, table: EntityTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    known, total = _count_addresses(block, table)
    if table.symbols:
        hits = find_symbols(block, compile_symbols(table.symbols))
        known = known + block.count_by_row(hits.positions, hits.is_known)
        total = total + block.count_by_row(hits.positions, np.ones_like(hits.is_known))
    return known, total


def _count_addresses(block: TextBlock, table: EntityTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Known and judged addresses per row."""
    hits = find_addresses(block)
    console = map_addresses(table.addresses)
    is_known = console.is_known(hits.values, hits.is_short)
    is_judged = is_known | console.is_judged(hits.values)
    return block.count_by_row(hits.positions, is_known), block.count_by_row(hits.positions, is_judged)
