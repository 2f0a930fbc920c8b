"""One experiment as the registry keeps it. Plain data; knows no database."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Experiment(BaseModel):
    """A trained version of a model, or one about to be trained.

    `version` counts from 1 within a name. `dataset_digest` and `split_digests` are sha256 in hex;
    `duration_seconds` and `cost_usd` are None where they were not measured. `ab_test` names a trial of
    versions against each other, `ab_arm` this version's side in it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    version: int = 0
    parent: str = ""
    base_model: str
    framework: str = ""
    dataset: str = ""
    dataset_digest: str = ""
    split_digests: dict[str, str] = Field(default_factory=dict)
    adapter: str = ""
    adapter_digest: str = ""
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    metrics: dict[str, Any] = Field(default_factory=dict)
    duration_seconds: float | None = None
    cost_usd: float | None = None
    run_dir: str = ""
    tags: list[str] = Field(default_factory=list)
    notes: str = ""
    ab_test: str = ""
    ab_arm: str = ""
    created_at: str = ""

    @property
    def label(self) -> str:
        """Name and version as people write them."""
        return f"{self.name}@{self.version}"

    @property
    def test_loss(self) -> float | None:
        """The loss on the test side; None where it was not measured."""
        test = self.metrics.get("test")
        loss = test.get("loss") if isinstance(test, dict) else None
        return float(loss) if isinstance(loss, int | float) else None
