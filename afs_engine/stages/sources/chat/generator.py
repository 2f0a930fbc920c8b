"""What all chat exporters share: log files in, samples out, everything counted.

Owns the contract between a vendor's reader and its users (export and discovery): units of files that
are read together, conversations out of a unit. Knows no vendor.
"""

import os
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import InputError
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.chat.samples import OVER_LIMIT, make_samples
from afs_engine.stages.sources.generator import BaseGenerator


@dataclass(frozen=True, slots=True)
class LogUnit:
    """Files that only make sense together: one session file, or a project's folder (`place`).

    `name` is the place relative to the root, as text that is safe to show. `sessions` is the number
    of main sessions among the files, sub-agents and copies not counted; None where only reading tells.
    """

    name: str
    place: Path
    files: tuple[Path, ...]
    sessions: int | None


class ChatGenerator(BaseGenerator):
    """Exports one vendor's logs under `root`. After `generate` is through, `counts` balances."""

    vendor: ClassVar[str]
    """The vendor's short name, which is also the beginning of every group."""
    hint: ClassVar[str]
    """What to try where the root is missing."""

    def __init__(self, root: Path, options: ChatExportOptions | None = None) -> None:
        self.options = options or ChatExportOptions()
        self.root = root
        self.counts = RecordCounts()
        super().__init__(self.vendor, self.options.domain)

    @abstractmethod
    def list_units(self) -> list[LogUnit]:
        """The units under the root, sorted by name; none where the root is missing."""

    @abstractmethod
    def read_unit(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """The unit's conversations; all its records are counted, skipped or in a turn."""

    def generate(self) -> Iterator[TrainingSample]:
        """The samples in the order of paths, then of the log. Raises InputError: no such root.

        A caller that closes the iterator early leaves the rest counted as over the limit.
        """
        if not self.root.exists():
            raise InputError(f"no {self.vendor} logs here", where=self.root, hint=self.hint)
        try:
            for unit in self.list_units():
                for conversation in self.read_unit(unit, self.counts):
                    yield from make_samples(conversation, self.options, self.counts)
                if self.options.limit is not None and self.counts.samples >= self.options.limit:
                    return
        except GeneratorExit:
            self.counts.skip(OVER_LIMIT, self.counts.missing)
            raise


def list_files(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """All regular files below `folder` with one of the suffixes, sorted; links to folders not followed."""
    found = []
    for current, _, names in os.walk(folder):
        found += [os.path.join(current, name) for name in names if name.endswith(suffixes)]  # noqa: PTH118
    return [Path(path) for path in sorted(found) if os.path.isfile(path)]  # noqa: PTH113
