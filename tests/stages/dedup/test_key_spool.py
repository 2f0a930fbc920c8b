"""Keys come back sorted, from memory or through a file; a full disk is a clear error."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afs_engine.errors import StorageError
from afs_engine.stages.dedup import key_spool
from afs_engine.stages.dedup.key_spool import KeySpool


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 999), max_size=20), max_size=8), st.sampled_from([3, 16, 4096]))
def test_keys_come_back_sorted_and_equal_ones_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: list[list[int]], run_keys: int
) -> None:
    monkeypatch.setattr(key_spool, "_RUN_KEYS", run_keys)
    spool = KeySpool(tmp_path, 1000)
    for batch in batches:
        spool.append(np.array(batch, dtype=np.uint64))
    parts = [part.tolist() for part in spool.parts()]
    everything = sorted(key for batch in batches for key in batch)
    assert [key for part in parts for key in part] == everything
    assert spool.size == len(everything)
    assert sum(len(set(part)) for part in parts) == len(set(everything))
    assert [part.tolist() for part in spool.parts()] == parts
    spool.close()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_spool, "_RUN_KEYS", 4)
    with pytest.raises(StorageError, match="missing"):
        KeySpool(tmp_path / "missing", 1000).append(np.arange(9, dtype=np.uint64))
