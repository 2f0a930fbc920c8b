"""From the logits of a text's units to the text's own P(real): one very bad line is enough.

Owns what is looked at in the units of a text. Knows nothing of how a unit's logit came about.
"""

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.ngram.units import Units

SUMMARY_SIZE = 8
_WORST = 3
_NO_UNIT = -4.0  # a logit for lines that are not there: well on the side of "real"
_LARGEST = 30.0


def summarise(logits: NDArray[np.float64], units: Units) -> NDArray[np.float64]:
    """Per text the three worst logits, their mean, the log of their number, log sum exp, loops, faults.

    Shape (texts, SUMMARY_SIZE). A logit is of "corrupted". Long texts have worse lines by chance alone,
    which is why their length takes part. Loops: the log of how often a distinct unit stands in the text on
    average. Faults: the log of one more than the units that no assembler takes.
    """
    text_starts = units.text_starts
    counts = np.diff(text_starts)
    texts = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((-logits, texts))
    ranks = np.arange(len(logits)) - text_starts[:-1][texts]
    summary = np.full((len(counts), SUMMARY_SIZE), _NO_UNIT)
    for rank in range(_WORST):
        at = ranks == rank
        summary[texts[at], rank] = logits[order][at]
    kept = np.clip(logits, -_LARGEST, _LARGEST)
    filled = counts > 0
    summary[filled, 3] = np.bincount(texts, kept, len(counts))[filled] / counts[filled]
    summary[:, 4] = np.log1p(counts)
    summary[filled, 5] = np.log(np.bincount(texts, np.exp(kept), len(counts))[filled])
    distinct = np.bincount(texts[_find_first(units.keys, texts)], minlength=len(counts))
    summary[:, 6] = np.log(np.maximum(counts, 1) / np.maximum(distinct, 1))
    summary[:, 7] = np.log1p(np.bincount(texts[units.faulty], minlength=len(counts)))
    return summary


def _find_first(keys: NDArray[np.uint64], texts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The units that are the first of their key in their text."""
    order = np.lexsort((keys, texts))
    is_new = np.ones(len(keys), bool)
    is_new[1:] = (np.diff(keys[order]) != 0) | (np.diff(texts[order]) != 0)
    return order[is_new]
