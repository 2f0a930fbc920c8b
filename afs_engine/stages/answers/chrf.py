"""chrF: how alike two texts are, by their character n-grams.

Pure. Formula: M. Popovic, "chrF: character n-gram F-score for automatic MT evaluation" (WMT 2015), with
n up to 6, beta = 2 and white space left out; an order that either text is too short for takes no part,
as in sacrebleu.
"""

from collections import Counter

_LONGEST = 6
_BETA_SQUARED = 4.0


def chrf(answer: str, expected: str) -> float:
    """From 0 (nothing in common) to 100 (the same but for white space)."""
    said, wanted = "".join(answer.split()), "".join(expected.split())
    orders = [
        (said_grams, wanted_grams)
        for length in range(1, _LONGEST + 1)
        if (said_grams := _count(said, length)) and (wanted_grams := _count(wanted, length))
    ]
    if not orders:
        return 100.0 if said == wanted else 0.0
    shared = [(said_grams & wanted_grams).total() for said_grams, wanted_grams in orders]
    precision = sum(n / each[0].total() for n, each in zip(shared, orders, strict=True)) / len(orders)
    recall = sum(n / each[1].total() for n, each in zip(shared, orders, strict=True)) / len(orders)
    if precision + recall == 0:
        return 0.0
    return 100 * (1 + _BETA_SQUARED) * precision * recall / (_BETA_SQUARED * precision + recall)


def _count(text: str, length: int) -> Counter[str]:
    return Counter(text[start : start + length] for start in range(len(text) - length + 1))
