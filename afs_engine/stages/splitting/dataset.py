"""Splitting in memory, as a script uses it (the training guide's `split_dataset`)."""

from pathlib import Path

import numpy as np

from afs_engine.data.digest import hash_group
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import UsageError
from afs_engine.stages.dedup.clusters import cluster_near_duplicates
from afs_engine.stages.mixing.candidates import candidates_of
from afs_engine.stages.mixing.draw import shuffle_rows
from afs_engine.stages.sources.jsonl_samples import read_samples
from afs_engine.stages.splitting.joining import join_groups
from afs_engine.stages.splitting.ratios import SIDE_NAMES, SplitRatios
from afs_engine.stages.splitting.sides import assign_sides


def split_dataset(
    input_path: Path,
    train_ratio: float = 0.8,
    val_ratio: float = 0.1,
    test_ratio: float | None = None,
    stratify_by: str | None = "domain",
    seed: int = 42,
) -> dict[str, list[TrainingSample]]:
    """The samples of a file by side ("train", "val", "test"); copies and groups are never parted.

    `test_ratio` None: what train and val leave. Raises InputError, UsageError.
    """
    if stratify_by not in (None, "domain"):
        raise UsageError(f"can't stratify by '{stratify_by}'", hint="use 'domain', or None")
    rest = round(1 - train_ratio - val_ratio, 9)
    ratios = SplitRatios(train_ratio, val_ratio, rest if test_ratio is None else test_ratio)
    samples = read_samples(input_path)
    rows = candidates_of(samples)
    own = np.array(
        [hash_group(s.group) if s.group else low for s, low in zip(samples, rows.id_lo, strict=True)],
        dtype=np.uint64,
    )
    near = cluster_near_duplicates(lambda: [[f"{s.instruction} {s.output}" for s in samples]])
    group = join_groups(own, rows.id_lo, near)
    stratum = rows.domain if stratify_by else np.zeros(len(rows), dtype=np.uint32)
    side = assign_sides(group, stratum, ratios, seed)
    return {
        name: [samples[row] for row in shuffle_rows(rows, np.flatnonzero(side == code), seed).tolist()]
        for code, name in enumerate(SIDE_NAMES)
    }
