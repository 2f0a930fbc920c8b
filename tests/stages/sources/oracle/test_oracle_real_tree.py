"""The real tree, where AFS_ORACLE_TREE names a checkout of it: counts, and labels checked by another eye."""

import hashlib
import os
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.oracle.generator import OracleGenerator

TREE = os.environ.get("AFS_ORACLE_TREE", "")
pytestmark = pytest.mark.skipif(not TREE, reason="AFS_ORACLE_TREE names no checkout")


@pytest.fixture(scope="module")
def samples() -> list[TrainingSample]:
    generator = OracleGenerator(Path(TREE))
    found = list(generator.generate())
    assert generator.counts.missing == 0
    return found


def test_there_is_enough_of_each_kind(samples: list[TrainingSample]) -> None:
    kinds = Counter((sample.domain, sample.metadata["kind"]) for sample in samples)
    documented = {(s.source, s.metadata["name"]) for s in samples if s.metadata["kind"] == "routine"}
    assert len(documented) >= 600
    assert kinds["oracle_constants", "symbol"] + kinds["oracle_constants", "define"] >= 1000
    assert kinds["oracle_memory", "memory row"] >= 130
    assert kinds["oracle_quest", "quest"] >= 70


def test_a_hundred_labels_are_real(samples: list[TrainingSample]) -> None:
    rows = [sample for sample in samples if sample.domain == "oracle_asm"]
    for sample in random.Random(20260110).sample(rows, 100):
        lines = (Path(TREE) / sample.source).read_bytes().decode().splitlines()
        line = lines[sample.metadata["line"] - 1]
        assert re.match(rf"\s*{re.escape(sample.metadata['name'])}:(\s|$|;|\{{)", line), (sample.source, line)
        inner = sample.metadata.get("inner_label")
        if inner:
            assert re.match(rf"\s+{re.escape(inner)}:", lines[sample.metadata["inner_line"] - 1])


def test_the_bytes_are_the_same_again(samples: list[TrainingSample]) -> None:
    def digest(found: list[TrainingSample]) -> str:
        return hashlib.sha256("\n".join(sample.to_json() for sample in found).encode()).hexdigest()

    assert digest(list(OracleGenerator(Path(TREE)).generate())) == digest(samples)


def test_no_question_is_asked_twice(samples: list[TrainingSample]) -> None:
    assert len({sample.instruction for sample in samples}) == len(samples)
