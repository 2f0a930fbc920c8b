"""What each key of a recipe allows by itself and what they can't mean together.

Pure: a recipe in, the first contradiction out, with the key it is told at. Knows no file and no line.
"""

from dataclasses import dataclass

from afs_engine.errors import UsageError
from afs_engine.runs.recipe import ChatSource, Recipe
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.splitting.ratios import SplitRatios

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Contradiction:
    """What is wrong, the path of the key that says so, and what to do."""

    key: KeyPath
    what: str
    hint: str


def find_contradiction(recipe: Recipe) -> Contradiction | None:
    """The first thing in the recipe that no run could do, or None."""
    return _same_name(recipe) or _no_split(recipe) or _unknown_profile(recipe)


def _same_name(recipe: Recipe) -> Contradiction | None:
    names: set[str] = set()
    for number, source in enumerate(recipe.sources):
        if source.name in names:
            what = f"two sources are called '{source.name}'"
            return Contradiction(("sources", number, "name"), what, "give each a name of its own")
        names.add(source.name)
    return None


def _no_split(recipe: Recipe) -> Contradiction | None:
    sides = recipe.split
    try:
        SplitRatios(sides.train, sides.val, sides.test)
    except UsageError as error:
        return Contradiction(("split",), error.what, error.hint)
    return None


def _unknown_profile(recipe: Recipe) -> Contradiction | None:
    for key, name in _named_profiles(recipe):
        try:
            find_profile(name, recipe.score.profiles)
        except UsageError as error:
            return Contradiction(key, error.what, error.hint)
    return None


def _named_profiles(recipe: Recipe) -> list[tuple[KeyPath, str]]:
    score = recipe.score
    named: list[tuple[KeyPath, str]] = [(("score", "profile"), score.profile)]
    for domain, name in score.profile_by_domain.items():
        named.append((("score", "profile_by_domain", domain), name))
    for number, source in enumerate(recipe.sources):
        if isinstance(source, ChatSource):
            named.append((("sources", number, "score_profile"), source.score_profile))
    return named
