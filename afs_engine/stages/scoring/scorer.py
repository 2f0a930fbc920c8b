"""Scoring samples: which components are asked, and what comes of them together.

Owns that nothing of weight 0 is asked and that an absent component takes no part. The components
themselves, files and recipes are not known here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.sample import TrainingSample
from afs_engine.stages.discriminator.discriminator import Discriminator
from afs_engine.stages.discriminator.loading import load_discriminator
from afs_engine.stages.scoring.answer_counts import AnswerCounts
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.assembly_scores import assembly_scores
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.cached_scores import measure_cached
from afs_engine.stages.scoring.combine import combine_scores
from afs_engine.stages.scoring.config import ScoringConfig
from afs_engine.stages.scoring.entity import entity_scores, known_shares
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.length import length_scores
from afs_engine.stages.scoring.score_block import QualityScore, ScoreBlock


class QualityScorer:
    """Scores samples one by one or in blocks. Use it in a `with` block, or call `close`.

    `electra_model`: a discriminator of either kind or its folder; None leaves the component out, and so
    does one whose card says that it has not earned its part. `assembly`: the check to ask;
    None means one of the scorer's own. `entities`: what the person's source tree defines. `cache`:
    where slow scores are kept. What is handed in stays open when the scorer closes.
    """

    def __init__(
        self,
        config: ScoringConfig | None = None,
        *,
        electra_model: Discriminator | Path | str | None = None,
        assembly: AssemblyChecker | None = None,
        entities: EntityTable | None = None,
        cache: ScoreCache | None = None,
    ) -> None:
        self.config = config or ScoringConfig()
        if isinstance(electra_model, (Path, str)):
            electra_model = load_discriminator(Path(electra_model))
        self._electra = electra_model
        self._assembly = assembly
        self._own_assembly: AssemblyChecker | None = None
        self._entities = entities or EntityTable()
        self._cache = cache

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker of the scorer's own assembly check, where one was started."""
        if self._own_assembly is not None:
            self._own_assembly.close()

    def score(self, sample: TrainingSample) -> QualityScore:
        """The scores of one sample's output; the sample stays as it is."""
        return self.score_block([sample.output]).row(0)

    def score_block(self, outputs: Sequence[str]) -> ScoreBlock:
        """The scores of many outputs, in their order."""
        asar, checked_by = self._score_assembly(outputs)
        components = {
            "electra": self._score_electra(outputs),
            "asar": asar,
            "entity": self._score_entity(outputs),
            "length": self._score_length(outputs),
        }
        overall = combine_scores(components, self.config.weights)
        return ScoreBlock(overall=overall, checked_by=checked_by, **components)

    @property
    def reads_texts(self) -> bool:
        """Whether some component needs more of an output than its `AnswerCounts`."""
        weights, model = self.config.weights, self._electra
        asks_model = model is not None and model.takes_part and weights.electra > 0
        has_own = bool(self._entities.addresses or self._entities.symbols)
        return asks_model or weights.asar > 0 or (weights.entity > 0 and has_own)

    def score_counts(self, counts: AnswerCounts) -> ScoreBlock:
        """What `score_block` gives for the same outputs; only where `reads_texts` is false."""
        absent = np.full(len(counts), np.nan, np.float32)
        weights = self.config.weights
        components = {
            "electra": absent,
            "asar": absent,
            "entity": known_shares(counts.known, counts.judged) if weights.entity else absent,
            "length": length_scores(counts.chars, self.config) if weights.length else absent,
        }
        return ScoreBlock(overall=combine_scores(components, weights), checked_by="", **components)

    def _score_electra(self, outputs: Sequence[str]) -> NDArray[np.float32]:
        model = self._electra
        if model is None or not model.takes_part or not self.config.weights.electra:
            return _not_measured(outputs)
        return measure_cached(model.score, model.version, outputs, self._cache)

    def _score_assembly(self, outputs: Sequence[str]) -> tuple[NDArray[np.float32], str]:
        if not self.config.weights.asar:
            return _not_measured(outputs), ""
        if self._assembly is None:
            self._assembly = self._own_assembly = AssemblyChecker()
        return assembly_scores(outputs, self._assembly, self._cache)

    def _score_entity(self, outputs: Sequence[str]) -> NDArray[np.float32]:
        if not self.config.weights.entity:
            return _not_measured(outputs)
        return entity_scores(outputs, self._entities)

    def _score_length(self, outputs: Sequence[str]) -> NDArray[np.float32]:
        if not self.config.weights.length:
            return _not_measured(outputs)
        return length_scores([len(output) for output in outputs], self.config)


def _not_measured(outputs: Sequence[str]) -> NDArray[np.float32]:
    return np.full(len(outputs), np.nan, np.float32)
