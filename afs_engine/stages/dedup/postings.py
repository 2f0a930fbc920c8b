"""First passes over the texts: what has to be known of every row to find out which rows can have a partner.

Owns the posting, a 64-bit key of 36 bits of a shingle's id and 28 bits of row number. Two shingles that share
those 36 bits only bring up a pair that the comparison of whole sets then rejects.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afs_engine.errors import UsageError
from afs_engine.stages.dedup.commonness import estimate_commonness
from afs_engine.stages.dedup.key_spool import KeySpool
from afs_engine.stages.dedup.ragged import expand_ranges
from afs_engine.stages.dedup.shingles import shingle_sets, split_batches
from afs_engine.stages.dedup.threshold import Threshold

Blocks = Callable[[], Iterable[Sequence[str]]]

ROW_BITS = np.uint64(28)
ROW_MASK = np.uint64((1 << 28) - 1)
ANY_KEY = 1 << 64


@dataclass(frozen=True)
class TextIndex:
    """What one reading of the texts leaves behind, 12 bytes a row and the postings' spool.

    `sizes` int32 [rows]: distinct shingles; `text_ids` uint64 [rows]: equal for equal normalised texts.
    """

    blocks: Blocks
    threshold: Threshold
    folder: Path | None
    commonness: NDArray[np.uint8]
    sizes: NDArray[np.int32]
    text_ids: NDArray[np.uint64]
    postings: KeySpool

    def sizes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Set sizes of `rows`, wide enough for arithmetic."""
        return self.sizes[rows].astype(np.int64)


def index_texts(blocks: Blocks, threshold: Threshold, folder: Path | None) -> TextIndex:
    """Reads all texts twice: for how common shingles are (a sample), and for every row's rarest shingles."""
    commonness = estimate_commonness(blocks())
    postings = KeySpool(folder, ANY_KEY)
    sizes = [np.empty(0, dtype=np.int32)]
    text_ids = [np.empty(0, dtype=np.uint64)]
    for first_row, texts in split_batches(blocks()):
        if first_row + len(texts) > int(ROW_MASK):
            raise UsageError(f"near-duplicate search takes at most {int(ROW_MASK):,} rows")
        sets = shingle_sets(texts, commonness)
        counts = np.diff(sets.starts)
        prefixes = threshold.prefix_sizes(counts)
        rows = np.repeat(np.arange(first_row, first_row + len(texts), dtype=np.uint64), prefixes)
        postings.append(sets.ids[expand_ranges(sets.starts[:-1], prefixes)] << ROW_BITS | rows)
        sizes.append(counts.astype(np.int32))
        text_ids.append(sets.text_ids)
    return TextIndex(
        blocks, threshold, folder, commonness, np.concatenate(sizes), np.concatenate(text_ids), postings
    )
