"""In how many real files something was seen: that it never was is a sign, too.

A weight can only be learnt of what training had, so the weights alone say nothing of a pair of commands
that no file has. Here each unit gets a column more for each of its `sightings`: for the pair of how many
files have it, and how many have the part of it that is given; both in steps. In training a unit is looked
up in other files than its own, as it is when a new text is scored. Knows neither assembly nor prose.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.ngram.units import COLUMNS, Units

Files = NDArray[np.uint8]
"""In how many files a column was seen, 255 at most; shape (COLUMNS,)."""

_STEPS = 6  # none, 1, 2 to 3, 4 to 7, 8 to 15, more
_MOST_FILES = 255
_STEP_OF = np.minimum(np.ceil(np.log2(1 + np.arange(_MOST_FILES + 1))), _STEPS - 1).astype(np.int64)
_PARTS = 10  # of the files; a unit is looked up in the nine that its own file is not in


def add_sightings(units: Units, files: Files) -> Units:
    """The units with their columns of sightings."""
    return _add_columns(units, _STEP_OF[files[units.sightings]])


def add_sightings_elsewhere(
    units: Units, groups: NDArray[np.int64], is_real: NDArray[np.bool_]
) -> tuple[Units, Files]:
    """The same for texts to learn from, each by other files than its own; and the counts over all files.

    `groups` and `is_real`, shape (texts,): each text's file, and whether it is as it stood there.
    """
    lengths = np.diff(units.text_starts)
    group_of = np.repeat(groups, lengths)
    file_of, columns = _list_seen(units, group_of, np.repeat(is_real, lengths))
    steps = np.zeros(units.sightings.shape, np.int64)
    for part in range(_PARTS):
        own = group_of % _PARTS == part
        steps[own] = _STEP_OF[_count(columns[file_of % _PARTS != part])[units.sightings[own]]]
    return _add_columns(units, steps), _count(columns)


def _list_seen(
    units: Units, group_of: NDArray[np.int64], is_real: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each file with each column that it has, once."""
    width = units.sightings.shape[1] * 2
    columns = units.sightings[is_real].reshape(-1).astype(np.int64)
    seen = np.unique(np.repeat(group_of[is_real], width) * COLUMNS + columns)
    return seen // COLUMNS, seen % COLUMNS


def _count(columns: NDArray[np.int64]) -> Files:
    return np.minimum(np.bincount(columns, minlength=COLUMNS), _MOST_FILES).astype(np.uint8)


def _add_columns(units: Units, steps: NDArray[np.int64]) -> Units:
    """One column a sighting behind those a unit has; `steps` as `units.sightings`."""
    kinds = steps.shape[1]
    added = COLUMNS + (np.arange(kinds) * _STEPS + steps[..., 0]) * _STEPS + steps[..., 1]
    ends = np.repeat(units.starts[1:], kinds)
    columns = np.insert(units.columns, ends, added.reshape(-1).astype(np.int32))
    return replace(units, columns=columns, starts=units.starts + kinds * np.arange(len(units.starts)))
