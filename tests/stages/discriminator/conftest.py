"""Pairs from the sample tree, made once for all tests of the discriminator."""

from pathlib import Path

import pytest

import afs_engine
from afs_engine.stages.discriminator.blocks import Block, cut_assembly, cut_prose
from afs_engine.stages.discriminator.pairs import Pairs, make_pairs
from afs_engine.stages.sources.oracle.tree import read_tree

SAMPLE_TREE = Path(afs_engine.__file__).parent / "sample" / "sources" / "tidewake"
SEED = 3


@pytest.fixture(scope="session")
def sample_tree() -> Path:
    return SAMPLE_TREE


@pytest.fixture(scope="session")
def blocks() -> list[Block]:
    tree = read_tree(SAMPLE_TREE)
    found = cut_assembly([(text.path, text.lines) for text in tree.assembly], SEED)
    return found + cut_prose([(text.path, text.lines) for text in tree.documents])


@pytest.fixture(scope="session")
def pairs(blocks: list[Block]) -> Pairs:
    return make_pairs(blocks, SEED)
