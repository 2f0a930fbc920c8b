"""Near-duplicates by the definition itself: strings, sets, all pairs. Slow and plain on purpose."""

import random
from fractions import Fraction

from hypothesis import strategies as st


def normalise(text: str) -> str:
    return " ".join(text.lower().split())


def shingles(text: str) -> frozenset[str]:
    words = normalise(text).split(" ") if normalise(text) else []
    if len(words) < 5:
        return frozenset([" ".join(words)] if words else [])
    return frozenset(" ".join(words[i : i + 5]) for i in range(len(words) - 4))


def jaccard(a: frozenset[str], b: frozenset[str]) -> Fraction:
    """0 where a text has no words: such texts are near to nothing."""
    return Fraction(len(a & b), len(a | b)) if a and b else Fraction(0)


def near_pairs(texts: list[str], threshold: float) -> dict[tuple[int, int], float]:
    """All (earlier, later) rows that reach the threshold, with their similarity."""
    sets = [shingles(text) for text in texts]
    similar = {(i, j): jaccard(sets[i], sets[j]) for j in range(len(texts)) for i in range(j)}
    return {pair: float(value) for pair, value in similar.items() if value >= Fraction(str(threshold))}


def greedy_removals(texts: list[str], threshold: float) -> list[tuple[int, int, float]]:
    """(removed, first kept row it is near to, similarity), row by row."""
    pairs = near_pairs(texts, threshold)
    kept: list[int] = []
    removals: list[tuple[int, int, float]] = []
    for row in range(len(texts)):
        leader = next((k for k in kept if (k, row) in pairs), None)
        if leader is None:
            kept.append(row)
        else:
            removals.append((row, leader, pairs[leader, row]))
    return removals


@st.composite
def corpora(draw: st.DrawFn) -> list[str]:
    """Few words and few base texts, edited a little: every size and many similarities near the threshold."""
    word = st.integers(0, draw(st.sampled_from([1, 4, 30]))).map("w{}".format)
    length = st.sampled_from([0, 1, 3, 4, 5, 6, 9, 17, 30, 60])
    bases = draw(
        st.lists(length.flatmap(lambda n: st.lists(word, min_size=n, max_size=n)), min_size=1, max_size=4)
    )
    rng = random.Random(draw(st.integers(0, 1 << 32)))
    return [
        _edited(list(rng.choice(bases)), rng.choice([0, 0, 1, 1, 2, 4]), rng)
        for _ in range(rng.randint(1, 30))
    ]


def _edited(words: list[str], edits: int, rng: random.Random) -> str:
    for number in range(edits):
        place = rng.randint(0, len(words))
        words[place : place + rng.randint(0, 2)] = [f"x{number}"] * rng.randint(0, 2)
    return rng.choice([" ", "\n", "\t  "]).join(words)
