"""A workspace with the sample recipe, run up to the balance, once for all tests of the views."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from afs_engine.api import EngineReader, init_workspace
from tests.program import call_well


@pytest.fixture(scope="session")
def sample_recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the recipe; tests must not change its workspace."""
    home = tmp_path_factory.mktemp("views")
    init_workspace(home / "sample")
    call_well("run", "sample/recipe.toml", "--until", "balance", cwd=home)
    return home / "sample" / "recipe.toml"


@pytest.fixture(scope="session")
def reader() -> Iterator[EngineReader]:
    opened = EngineReader()
    yield opened
    opened.close()
