"""What a comparison gives: each model's own measures, and each one's difference to the first.

Plain data; imports nothing that computes it.
"""

from pydantic import BaseModel, ConfigDict

from afs_engine.stages.comparison.answers import AnsweredQuestion
from afs_engine.stages.comparison.difference import CONFIDENCE, Difference, Unit
from afs_engine.stages.training.results import EvalMetrics


class Contrast(BaseModel):
    """One model (`after`) against the first (`before`), on the rows that both were measured on."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    model: str
    unit: Unit
    unpaired: int
    overall: Difference
    per_domain: dict[str, Difference]


class Comparison(BaseModel):
    """`models` in the order given, the first being the reference of all `contrasts`.

    `data_digest` is the sha256 of the file measured on. `questions` are those that all models answered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    data: str
    data_digest: str
    seed: int
    confidence: float = CONFIDENCE
    models: list[EvalMetrics]
    contrasts: list[Contrast]
    questions: list[AnsweredQuestion] = []
