"""What a person may set about scoring: the weight of each component and the lengths that count as good.

Owns the ranges of those settings. Must stay importable without numpy, polars or torch, because the
recipe and `--help` read it.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

COMPONENT_NAMES = ("electra", "asar", "entity", "length")


class ScoringWeights(BaseModel):
    """How much each component counts; only their proportions matter.

    A component of weight 0 is not measured. Raises ValueError when no weight is above 0.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    electra: float = Field(default=0.4, ge=0, allow_inf_nan=False)
    asar: float = Field(default=0.3, ge=0, allow_inf_nan=False)
    entity: float = Field(default=0.2, ge=0, allow_inf_nan=False)
    length: float = Field(default=0.1, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _check_sum(self) -> Self:
        if not any(self.of(name) for name in COMPONENT_NAMES):
            raise ValueError("all weights are 0; set at least one of " + ", ".join(COMPONENT_NAMES))
        return self

    def of(self, name: str) -> float:
        """The weight of the component called `name`."""
        return float(getattr(self, name))


class ScoringConfig(BaseModel):
    """Weights, and the lengths of an output in characters: 0 < min < ideal < max."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    weights: ScoringWeights = ScoringWeights()
    min_output_length: int = Field(default=50, gt=0)
    ideal_output_length: int = Field(default=500, gt=0)
    max_output_length: int = Field(default=5000, gt=0)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not self.min_output_length < self.ideal_output_length < self.max_output_length:
            raise ValueError(
                "min_output_length < ideal_output_length < max_output_length does not hold: "
                f"{self.min_output_length}, {self.ideal_output_length}, {self.max_output_length}"
            )
        return self
