"""What one unit of log files would give, counted and not kept.

Owns the counting, and the form in which units and counts travel to a worker process and back. Knows no
vendor.
"""

import os
from pathlib import Path

from msgspec import Struct

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit
from afs_engine.stages.sources.chat.options import ChatExportOptions

# What is kept of a turn does not change how many there are.
COUNT_ONLY = ChatExportOptions(tools="none", thinking=False)


class UnitCount(Struct, frozen=True, array_like=True):
    """Conversations, and answered questions in them."""

    sessions: int
    turns: int


class PackedUnit(Struct, frozen=True, array_like=True):
    """A unit on its way to another process: names of files are bytes, which need not be UTF-8."""

    vendor: str
    root: bytes
    name: str
    place: bytes
    files: list[bytes]
    sessions: int | None

    def unpack(self) -> LogUnit:
        """The unit as its generator gave it."""
        files = tuple(Path(os.fsdecode(path)) for path in self.files)
        return LogUnit(self.name, Path(os.fsdecode(self.place)), files, self.sessions)


def pack_unit(generator: ChatGenerator, unit: LogUnit) -> PackedUnit:
    """The unit with all that another process needs to read it."""
    files = [os.fsencode(path) for path in unit.files]
    root, place = os.fsencode(generator.root), os.fsencode(unit.place)
    return PackedUnit(generator.vendor, root, unit.name, place, files, unit.sessions)


def count_unit(generator: ChatGenerator, unit: LogUnit) -> UnitCount:
    """Reads the unit and counts what is in it."""
    turns = [len(conversation.turns) for conversation in generator.read_unit(unit, RecordCounts())]
    return UnitCount(len(turns) if unit.sessions is None else unit.sessions, sum(turns))
