"""The rehearsal buffer as a script uses it (the training guide's `RehearsalBuffer`).

Owns the class's methods; selection and drawing are this folder's pure functions. Samples are held in
memory: for files of millions of rows use the commands.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.atomic import atomic_file
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.mixing.candidates import candidates_of
from afs_engine.stages.mixing.draw import draw_order, shuffle_rows
from afs_engine.stages.mixing.rehearsal import RehearsalRules, select_buffer
from afs_engine.stages.mixing.shares import rehearsal_count
from afs_engine.stages.sources.jsonl_samples import read_samples


class RehearsalBufferConfig(BaseModel):
    """What is worth keeping. `max_per_domain` None: no cap."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    quality_threshold: float = Field(default=0.7, ge=0, le=1)
    top_ratio: float = Field(default=0.3, gt=0, le=1)
    enable_diversity: bool = True
    max_per_domain: int | None = Field(default=1000, ge=1)
    track_provenance: bool = True


class RehearsalBuffer:
    """Samples of earlier versions, the best of which are mixed into new training data."""

    def __init__(self, config: RehearsalBufferConfig | None = None) -> None:
        self.config = config or RehearsalBufferConfig()
        self.samples: list[TrainingSample] = []

    def load_jsonl(self, path: Path) -> list[TrainingSample]:
        """The samples of a file, not added to the buffer. Raises InputError."""
        return read_samples(path)

    def load_from_jsonl(self, path: Path, version: str) -> int:
        """Adds a version's training samples to the buffer; returns how many."""
        loaded = read_samples(path)
        if self.config.track_provenance:
            mark = {"version": version, "rehearsal": True}
            loaded = [replace(sample, provenance=sample.provenance | mark) for sample in loaded]
        self.samples += loaded
        return len(loaded)

    def select_top_samples(self, ratio: float | None = None, seed: int = 42) -> list[TrainingSample]:
        """Keeps the best `ratio` (of each domain, with diversity) at or above the quality threshold."""
        rules = RehearsalRules(
            top_ratio=self.config.top_ratio if ratio is None else ratio,
            min_score=self.config.quality_threshold,
            diversity=self.config.enable_diversity,
            max_per_domain=self.config.max_per_domain,
            seed=seed,
        )
        if self.samples:
            selection = select_buffer(candidates_of(self.samples), rules)
            self.samples = [self.samples[row] for row in selection.rows.tolist()]
        return self.samples

    def merge_with_new_data(
        self,
        new_samples: Sequence[TrainingSample],
        rehearsal_ratio: float,
        shuffle: bool = True,
        seed: int = 42,
    ) -> list[TrainingSample]:
        """All new samples and as many of the buffer as make the ratio, where there are enough."""
        whole = [*new_samples, *self.samples]
        if not whole:
            return []
        rows = candidates_of(whole)
        old = draw_order(rows, np.arange(len(new_samples), len(whole)), seed)
        drawn = old[: rehearsal_count(len(new_samples), rehearsal_ratio, len(old))]
        chosen = np.concatenate([np.arange(len(new_samples)), np.sort(drawn)])
        order = shuffle_rows(rows, chosen, seed) if shuffle else chosen
        return [whole[row] for row in order.tolist()]

    def save(self, path: Path) -> None:
        """Writes the buffer as JSONL."""
        with atomic_file(Path(path).expanduser()) as file:
            for sample in self.samples:
                file.write(sample.to_json().encode() + b"\n")
