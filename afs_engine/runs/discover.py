"""Which sources lie on this machine, for a person who has not written a recipe yet.

Owns where the memory of earlier looks is kept. The looking itself is `stages.sources.chat.discovery`.
"""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.display import show_path
from afs_engine.errors import InputError
from afs_engine.stages.sources.chat.discovery import SourceFound, discover
from afs_engine.stages.sources.nearby import find_nearby


class FoundSource(BaseModel):
    """One source. `sessions` are conversations, or files; `turns` and `samples` are None where not counted.

    `newest` is the time of the last change (ISO, UTC), "" where there is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    path: str
    sessions: int
    turns: int | None
    samples: int | None
    size_bytes: int
    newest: str


class FoundSources(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    home: str
    sources: list[FoundSource]


def discover_sources(folder: Path | None = None) -> FoundSources:
    """The sources under `folder`, or under this person's home and where the vendors' variables say.

    Below a folder that is named, source trees and the `.context` folders of projects are found, too.
    """
    if folder is not None and not folder.is_dir():
        raise InputError("this is no folder", where=folder, hint="name a folder to look in")
    home = folder.absolute() if folder else Path.home()
    env = {} if folder else dict(os.environ)
    found = discover(home, env, _memory_file()) + (find_nearby(home) if folder else [])
    return FoundSources(home=str(home), sources=[_plain(each) for each in found])


def _memory_file() -> Path:
    """Where looks are remembered: the cache folder of this person."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "afs" / "discovery.json"


def _plain(source: SourceFound) -> FoundSource:
    return FoundSource(
        kind=source.vendor,
        path=show_path(source.root),
        sessions=source.sessions,
        turns=source.turns,
        samples=source.samples,
        size_bytes=source.size_bytes,
        newest=source.newest.isoformat(timespec="seconds") if source.newest else "",
    )
