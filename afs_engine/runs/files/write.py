"""Writing chosen rows of loaded files, unchanged, to one or several outputs, each whole or absent."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from afs_engine.data.atomic import atomic_file
from afs_engine.data.row_reader import RowReader
from afs_engine.data.rowset import RowSet

Array = np.ndarray[tuple[int], np.dtype[Any]]
Change = Callable[[Array, list[bytes]], list[bytes]]


def write_rows(
    rowsets: list[RowSet],
    outputs: Mapping[Path, Array],
    change: Change | None = None,
    check: Callable[[], object] | None = None,
) -> None:
    """Writes for each output its rows in order; `change` may turn a block's lines into others.

    All outputs appear together at the end, none on an error, nor when `check`, called last, raises.
    """
    with ExitStack() as stack, RowReader(rowsets) as reader:
        files = {path: stack.enter_context(atomic_file(path)) for path in outputs}
        for path, rows in outputs.items():
            for numbers, lines in reader.blocks(rows):
                changed = change(numbers, lines) if change else lines
                if changed:
                    files[path].write(b"\n".join(changed) + b"\n")
        if check:
            check()
