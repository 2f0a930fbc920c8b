"""What a discriminator is compared with: a plain character n-gram logistic regression of scikit-learn.

Two forms of it: over the whole text, and line by line with the mean of the two worst lines as the text's
score. Neither knows anything of assembly or of prose.
"""

from collections.abc import Sequence

import numpy as np

from afs_engine.stages.discriminator.pairs import PairRow

_TEXT_SIZES, _LINE_SIZES = (2, 6), (2, 5)
_WORST_LINES = 2


def score_by_text(train: Sequence[PairRow], texts: Sequence[str]) -> list[float]:
    """P(real) of `texts` by character 2-to-6-grams of the whole text."""
    fitted = _fit([row.text for row in train], [row.is_real for row in train], _TEXT_SIZES)
    scores: list[float] = fitted.predict_proba(texts)[:, 1].tolist()
    return scores


def score_by_line(train: Sequence[PairRow], texts: Sequence[str]) -> list[float]:
    """P(real) of `texts` by their worst lines; a corrupted text's lines count as corrupted where new."""
    lines: list[str] = []
    labels: list[bool] = []
    for real, corrupted in zip(train[::2], train[1::2], strict=True):
        known = real.text.split("\n")
        lines += known
        labels += [True] * len(known)
        fresh = [line for line in corrupted.text.split("\n") if line not in known]
        lines += fresh
        labels += [False] * len(fresh)
    fitted = _fit(lines, labels, _LINE_SIZES)
    return [
        float(np.sort(fitted.predict_proba(text.split("\n"))[:, 1])[:_WORST_LINES].mean()) for text in texts
    ]


def _fit(texts: Sequence[str], labels: Sequence[bool], sizes: tuple[int, int]):  # type: ignore[no-untyped-def]
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    grams = TfidfVectorizer(analyzer="char", ngram_range=sizes, sublinear_tf=True, min_df=2)
    return make_pipeline(grams, LogisticRegression(C=10.0, max_iter=1000)).fit(texts, labels)
