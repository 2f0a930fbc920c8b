# ruff: noqa: PTH110
"""Whether a file may be written where a person wants it: not over an input, nor among them. Opens none.

Asks with `os.path`, for which a folder that may not be searched holds nothing: opening it says why.
"""

import os.path
from collections.abc import Iterable
from pathlib import Path

from afs_engine.errors import UsageError


def refuse_overwriting(inputs: Iterable[Path], outputs: Iterable[Path]) -> None:
    """Raises UsageError where an output is one of the inputs, by whatever name or link."""
    there = [path for path in inputs if os.path.exists(path)]
    for output in outputs:
        if os.path.exists(output) and any(output.samefile(path) for path in there):
            raise UsageError("the output is the input itself", where=output, hint="name another file")


def refuse_writing_into(folder: Path, output: Path) -> None:
    """Raises UsageError where an output lies in the folder that is read: the next time it would be input."""
    if output.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            "the output lies in the folder that is read, and would be read the next time",
            where=output,
            hint="name a file elsewhere",
        )
