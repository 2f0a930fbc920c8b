"""Making a sound registry out of a damaged one and of what the run folders know.

Owns what is saved from the damaged file (every row whose seal is right) and where that file goes: it
is kept beside the new one, under a name of its own. Knows records, not run folders.
"""

import os
import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.data.atomic import storage_error, write_atomic
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.registry.promotion import PromotionStep
from afs_engine.stages.registry.registry_file import DamagedRegistryError, registry_bytes, seal_of

_Record = TypeVar("_Record", bound=BaseModel)


class Rebuilt(BaseModel):
    """`kept` were in the file, `added` came from elsewhere; `backup` is "" where the file was sound."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kept: list[str]
    added: list[str]
    promotions: int
    backup: str


def rebuild(path: Path, known: list[Experiment]) -> Rebuilt:
    """A sound registry at `path` with what is in it now and with `known`.

    A sound file only gets what it lacks. Raises InputError, the file untouched, on a newer schema.
    """
    registry = Registry(path)
    try:
        before = [each.label for each in registry.list_all()]
        added = [each.label for each in registry.add_missing(known)]
        return Rebuilt(kept=before, added=added, promotions=len(registry.promotions()), backup="")
    except DamagedRegistryError:
        return _replace(path, known)


def _replace(path: Path, known: list[Experiment]) -> Rebuilt:
    saved = _saved_rows(path, "SELECT name, version, record, seal FROM experiments", Experiment)
    kept = {each.label: each for each in saved}
    added = {each.label: each for each in known if each.label not in kept}
    rows = [(each.name, each.version, each.model_dump_json()) for each in (kept | added).values()]
    steps = _saved_rows(path, "SELECT number, record, seal FROM promotions", PromotionStep)
    data = registry_bytes(sorted(rows), [step.model_dump_json() for step in steps])
    backup = _move_aside(path)
    write_atomic(path, data)
    return Rebuilt(kept=sorted(kept), added=sorted(added), promotions=len(steps), backup=str(backup))


def _saved_rows(path: Path, query: str, kind: type[_Record]) -> list[_Record]:
    """The sound records of a table, read from both ends up to where it is damaged, in their order."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    found: dict[tuple[Any, ...], _Record] = {}
    for order in ("", " DESC"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as database:
            database.text_factory = lambda data: data.decode(errors="replace")
            for row in database.execute(f"{query} ORDER BY rowid{order}"):
                *key, record, seal = row
                if seal == seal_of(*key, record):
                    with suppress(ValidationError):
                        found[tuple(key)] = kind.model_validate_json(record)
    return [found[key] for key in sorted(found)]


def _move_aside(path: Path) -> Path:
    """Gives the damaged file a second name; its first is about to be taken over."""
    for number in count(1):
        backup = path.with_name(f"{path.name}.damaged-{number}")
        try:
            os.link(path, backup)
        except FileExistsError:
            continue
        except OSError as error:
            raise storage_error(error, backup) from error
        return backup
    raise AssertionError("unreachable: numbers do not end")
