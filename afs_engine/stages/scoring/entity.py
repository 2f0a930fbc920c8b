"""The entity component: how many of the addresses and symbols in an output are known.

Owns the share. The person's table, what an address is, which the console documents and what a symbol is
stand in `entity_table`, `addresses`, `memory_map` and `symbols`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.addresses import find_addresses
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.memory_map import map_addresses
from afs_engine.stages.scoring.symbols import compile_symbols, find_symbols
from afs_engine.stages.scoring.text_block import TextBlock, join_texts, split_into_blocks


def entity_scores(outputs: Sequence[str], table: EntityTable) -> NDArray[np.float32]:
    """Known mentions over all mentions per output, NaN where there are none; shape (outputs,)."""
    scores = np.full(len(outputs), np.nan, np.float32)
    rows = [row for row, text in enumerate(outputs) if table.symbols or "$" in text]
    texts = [outputs[row] for row in rows]
    places = np.array(rows, np.int64)
    for part in split_into_blocks(texts):
        scores[places[part]] = _score_block(join_texts(texts[part]), table)
    return scores


def entity_score(output: str, table: EntityTable) -> float | None:
    """The score of one output, None where it mentions no entity."""
    score = float(entity_scores([output], table)[0])
    return None if np.isnan(score) else score


def _score_block(block: TextBlock, table: EntityTable) -> NDArray[np.float32]:
    known, total = _count_addresses(block, table)
    if table.symbols:
        hits = find_symbols(block, compile_symbols(table.symbols))
        known = known + block.count_by_row(hits.positions, hits.is_known)
        total = total + block.count_by_row(hits.positions, np.ones_like(hits.is_known))
    share = np.full(len(total), np.nan, np.float32)
    return np.divide(known, total, out=share, where=total > 0, casting="same_kind")


def _count_addresses(block: TextBlock, table: EntityTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Known and judged addresses per row."""
    hits = find_addresses(block)
    console = map_addresses(table.addresses)
    is_known = console.is_known(hits.values, hits.is_short)
    is_judged = is_known | console.is_judged(hits.values)
    return block.count_by_row(hits.positions, is_known), block.count_by_row(hits.positions, is_judged)
