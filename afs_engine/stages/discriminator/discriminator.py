"""A discriminator as the score sees it: P(real) of texts, of the materials where it has proved itself.

Owns the rule of who takes part, by the card. Knows neither kind of model nor any file.
"""

from collections.abc import Sequence
from typing import Protocol

from afs_engine.stages.discriminator.blocks import material_of
from afs_engine.stages.discriminator.card import DiscriminatorCard

_UNKNOWN = (
    "the discriminator has no discriminator.json: its held-out AUC is not known, it takes part all the same"
)


class TextScorer(Protocol):
    """A model of either kind."""

    @property
    def version(self) -> str:
        """What a score depends on besides the text."""

    def score(self, texts: Sequence[str]) -> Sequence[float | None]:
        """P(real) of each text; None where the model does not apply."""


class Discriminator:
    """A model with what is known of it; `card` is None for a model of another origin."""

    def __init__(self, model: TextScorer, card: DiscriminatorCard | None) -> None:
        self._model = model
        self.card = card

    @property
    def version(self) -> str:
        """What a score depends on besides the text, the card's verdict included."""
        accepted = sorted(self.card.accepted) if self.card else "all"
        return f"{self._model.version} {accepted}"

    @property
    def takes_part(self) -> bool:
        """Whether any text can get a score."""
        return self.card is None or bool(self.card.accepted)

    @property
    def remarks(self) -> list[str]:
        """What a person should know before trusting the scores, a sentence each."""
        return [_UNKNOWN] if self.card is None else self.card.remarks()

    def score(self, texts: Sequence[str]) -> list[float | None]:
        """P(real) of each text; None for a material whose held-out AUC is too low or not known."""
        if self.card is None:
            return list(self._model.score(texts))
        scores: list[float | None] = [None] * len(texts)
        accepted = self.card.accepted
        rows = [row for row, text in enumerate(texts) if material_of(text) in accepted]
        for row, score in zip(rows, self._model.score([texts[row] for row in rows]), strict=True):
            scores[row] = score
        return scores
