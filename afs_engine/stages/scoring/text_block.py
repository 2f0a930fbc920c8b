"""Many texts as one array of bytes, so that a search runs once a block and not once a row.

Owns the concatenation and the way back from a byte position to a row. Knows nothing of what is
searched for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARGIN_BYTES = 16
"""Separator bytes before the first and after the last text: a search may look that far around a hit."""

_SEPARATOR = b"\0"
_MARGIN = _SEPARATOR * (MARGIN_BYTES - 1)
_BLOCK_CHARACTERS = 1 << 22  # a block and its masks stay within a core's own cache


@dataclass(frozen=True, slots=True)
class TextBlock:
    """`data`: the texts as ASCII, one NUL between them; `starts`: where each begins, shape (rows,).

    One byte a character: what is not ASCII became "?", which no address or symbol holds.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def count_by_row(self, positions: NDArray[np.int64], marked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of the ascending `positions` are `marked`, per row; shape (rows,)."""
        totals = np.concatenate(([0], np.cumsum(marked)))
        first = np.searchsorted(positions, self.starts)
        return np.diff(totals[first], append=totals[-1])


def join_texts(texts: Sequence[str]) -> TextBlock:
    """The block of `texts`, in their order."""
    pieces = [text.encode("ascii", "replace") for text in texts]
    ends = np.cumsum([len(piece) + 1 for piece in pieces], dtype=np.int64)
    starts = MARGIN_BYTES + np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    joined = _SEPARATOR.join((_MARGIN, *pieces, _MARGIN))
    return TextBlock(np.frombuffer(joined, np.uint8), starts)


def split_into_blocks(texts: Sequence[str]) -> Iterator[slice]:
    """Slices of `texts` of about a million characters each, at least one text in each."""
    start, held = 0, 0
    for row, text in enumerate(texts):
        held += len(text)
        if held >= _BLOCK_CHARACTERS:
            yield slice(start, row + 1)
            start, held = row + 1, 0
    if start < len(texts):
        yield slice(start, len(texts))
