"""Rebalancing in memory, as a script uses it (the training guide's `rebalance_datasets`)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from afs_engine.data.input_names import file_stem
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.mixing.balance import BalanceRules, balance
from afs_engine.stages.mixing.candidates import candidates_of
from afs_engine.stages.sources.jsonl_samples import read_samples


def rebalance_datasets(
    inputs: Sequence[Path],
    weights: Mapping[str, float],
    *,
    min_quality_score: float | None = None,
    max_per_domain: int | None = None,
    oversample: bool = False,
    shuffle: bool = True,
    seed: int = 42,
) -> list[TrainingSample]:
    """The samples of `inputs` in the shares of `weights`, as `afs training rebalance` draws them.

    Raises InputError for a bad file, UsageError for a weight that matches nothing.
    """
    loaded = [read_samples(path) for path in inputs]
    samples = [sample for part in loaded for sample in part]
    stems = [file_stem(Path(path)) for path in inputs]
    origins = [number for number, part in enumerate(loaded) for _ in part]
    rules = BalanceRules(
        weights=weights,
        min_quality_score=min_quality_score,
        max_per_domain=max_per_domain,
        oversample=oversample,
        shuffle=shuffle,
        seed=seed,
    )
    chosen = balance(candidates_of(samples, origins, stems), rules)
    return [samples[row] for row in chosen.rows.tolist()]
