"""The AFS engine: from raw sources to a trained, evaluated, registered adapter.

This file owns the names that a script may import from `afs_engine`, and loads each only when it is
asked for, so that `afs-engine --help` imports nothing heavy. It must not do work of its own.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "TrainingSample": "afs_engine.data.sample",
    "BaseGenerator": "afs_engine.stages.sources.generator",
    "QualityScorer": "afs_engine.stages.scoring.scorer",
    "ScoringConfig": "afs_engine.stages.scoring.config",
    "ScoringWeights": "afs_engine.stages.scoring.config",
    "RehearsalBuffer": "afs_engine.stages.mixing.buffer",
    "RehearsalBufferConfig": "afs_engine.stages.mixing.buffer",
    "rebalance_datasets": "afs_engine.stages.mixing.rebalance",
    "split_dataset": "afs_engine.stages.splitting.dataset",
}

__all__ = [
    "__version__",
    *_HOMES,
]

if TYPE_CHECKING:
    from afs_engine.data.sample import TrainingSample as TrainingSample
    from afs_engine.stages.mixing.buffer import RehearsalBuffer as RehearsalBuffer
    from afs_engine.stages.mixing.buffer import RehearsalBufferConfig as RehearsalBufferConfig
    from afs_engine.stages.mixing.rebalance import rebalance_datasets as rebalance_datasets
    from afs_engine.stages.scoring.config import ScoringConfig as ScoringConfig
    from afs_engine.stages.scoring.config import ScoringWeights as ScoringWeights
    from afs_engine.stages.scoring.scorer import QualityScorer as QualityScorer
    from afs_engine.stages.sources.generator import BaseGenerator as BaseGenerator
    from afs_engine.stages.splitting.dataset import split_dataset as split_dataset


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'afs_engine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
