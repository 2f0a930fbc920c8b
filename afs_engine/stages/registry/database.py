"""The registry: adding experiments, finding and changing them, and which version is in use.

Owns what may happen to a record; the file itself is `registry_file`. Knows nothing of runs.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from afs_engine.errors import UsageError, nearest_hint
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.registry.promotion import PromotionStep, roll_back_step, standing_versions
from afs_engine.stages.registry.registry_file import (
    create_file,
    damaged,
    insert_experiment,
    insert_promotion,
    opened,
    seal_of,
)

_Record = TypeVar("_Record", bound=BaseModel)


class Registry:
    """Experiments in one file; every call is a transaction of its own, safe for several processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, experiment: Experiment) -> Experiment:
        """Stores the experiment under the next version of its name, and returns it with that version."""
        with self._writing() as database:
            query = "SELECT COALESCE(MAX(version), 0) + 1 FROM experiments WHERE name = ?"
            (version,) = database.execute(query, (experiment.name,)).fetchone()
            stored = experiment.model_copy(update={"version": version})
            self._put(database, stored)
            return stored

    def add_missing(self, experiments: Iterable[Experiment]) -> list[Experiment]:
        """Stores those whose name and version are not there yet, and returns them."""
        with self._writing() as database:
            known = {each.label for each in self._all(database)}
            missing = {each.label: each for each in experiments if each.label not in known}
            for each in missing.values():
                self._put(database, each)
            return list(missing.values())

    def list_all(self, tag: str = "") -> list[Experiment]:
        """All experiments, by name and version; only those with `tag` where one is given."""
        if not self.path.exists():
            return []
        with opened(self.path, writable=False) as database:
            found = self._all(database)
        return [each for each in found if not tag or tag in each.tags]

    def find(self, label: str) -> Experiment:
        """`name` (its latest version) or `name@version`. Raises UsageError with the nearest name."""
        return self._pick(self.list_all(), label)

    def change(self, label: str, update: Callable[[Experiment], Experiment]) -> Experiment:
        """Replaces a record by what `update` makes of it, and returns that."""
        with self._writing() as database:
            changed = update(self._pick(self._all(database), label))
            self._put(database, changed)
            return changed

    def promotions(self) -> list[PromotionStep]:
        """The history of all names, oldest first."""
        if not self.path.exists():
            return []
        with opened(self.path, writable=False) as database:
            return self._steps(database)

    def promote(self, label: str, at: str) -> Experiment:
        """Makes a version the one in use of its name; one that is in use already stays."""
        with self._writing() as database:
            chosen = self._pick(self._all(database), label)
            standing = standing_versions(self._steps(database), chosen.name)
            if standing[-1:] != [chosen.version]:
                step = PromotionStep(name=chosen.name, action="promote", version=chosen.version, at=at)
                insert_promotion(database, step.model_dump_json())
            return chosen

    def roll_back(self, name: str, at: str) -> Experiment:
        """Brings back the version promoted before the one in use. Raises UsageError where there is none."""
        with self._writing() as database:
            step = roll_back_step(self._steps(database), name, at)
            insert_promotion(database, step.model_dump_json())
            return self._pick(self._all(database), f"{name}@{step.version}")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if not self.path.exists():
            create_file(self.path)
        with opened(self.path, writable=True) as database:
            yield database

    def _put(self, database: sqlite3.Connection, experiment: Experiment) -> None:
        insert_experiment(database, experiment.name, experiment.version, experiment.model_dump_json())

    def _all(self, database: sqlite3.Connection) -> list[Experiment]:
        query = "SELECT name, version, record, seal FROM experiments ORDER BY name, version"
        return [self._read(Experiment, *row) for row in database.execute(query).fetchall()]

    def _steps(self, database: sqlite3.Connection) -> list[PromotionStep]:
        query = "SELECT number, record, seal FROM promotions ORDER BY number"
        return [self._read(PromotionStep, *row) for row in database.execute(query).fetchall()]

    def _read(self, kind: type[_Record], *row: object) -> _Record:
        """The record of a row that ends with record and seal."""
        *key, record, seal = row
        if seal != seal_of(*key, record):
            place = f"{kind.__name__.lower()} {'@'.join(map(str, key))}"
            raise damaged(self.path, f"{place} is not as it was written")
        try:
            return kind.model_validate_json(str(record))
        except ValueError as error:
            raise damaged(self.path, "it holds a record that can't be read") from error

    def _pick(self, known: list[Experiment], label: str) -> Experiment:
        name, sign, number = label.partition("@")
        versions = [each for each in known if each.name == name and (not sign or str(each.version) == number)]
        if not versions:
            hint = nearest_hint(label, sorted({each.name for each in known} | {each.label for each in known}))
            raise UsageError(f"no experiment '{label}' in {self.path}", hint=hint)
        return versions[-1]
