"""A sample workspace with its data files for the screens; each test gets a copy of its own to change."""

import shutil
from pathlib import Path

import pytest

from afs_engine.api import init_workspace
from tests.program import call_well


@pytest.fixture(scope="session")
def balanced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the workspace; not to be changed."""
    home = tmp_path_factory.mktemp("screens")
    init_workspace(home / "sample")
    call_well("run", "sample/recipe.toml", "--until", "convert", cwd=home)
    return home / "sample"


@pytest.fixture
def recipe(balanced: Path, tmp_path: Path) -> Path:
    """A recipe in a copy of the workspace."""
    shutil.copytree(balanced, tmp_path / "sample")
    return tmp_path / "sample" / "recipe.toml"
