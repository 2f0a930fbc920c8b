"""Reads the scores' view: what is scored under a recipe, and the sorted columns of it.

Runs in the reading process. Measures nothing: what is not in the store is named as missing.
"""

import os
import tempfile
from pathlib import Path
from typing import Any, get_args

import msgspec
import numpy as np

from afs_engine.data.columns import read_columns
from afs_engine.data.rowset import RowSet
from afs_engine.errors import StorageError
from afs_engine.runs.plan import WouldRunError, read_only_context
from afs_engine.runs.steps.earlier import read_earlier
from afs_engine.runs.steps.export import export_sources
from afs_engine.runs.steps.score import SCORE_COLUMNS, SCORES, measure_scores
from afs_engine.runs.views.scores_view import (
    Grouping,
    GroupSlice,
    ScoreColumn,
    ScoredPart,
    ScoreFile,
    ScoresView,
)
from afs_engine.stages.scoring.profiles import BUILT_IN_PROFILES

Array = np.ndarray[tuple[int], np.dtype[Any]]


def read_scores(recipe_path: str, text: str | None = None) -> ScoresView:
    """What is scored under the recipe, or under `text` as if it stood in its file. Raises RecipeError."""
    context = read_only_context(Path(recipe_path), text)
    section = context.recipe.score
    missing, rows = "export", 0
    parts: tuple[ScoredPart, ...] = ()
    try:
        exported = export_sources(context)
        earlier = read_earlier(context, exported[-1])
        missing, rows = "score", sum(each.rowset.rows for each in exported)
        entries = measure_scores(context, exported, earlier)
        missing = ""
        parts = tuple(
            ScoredPart(each.name, str(each.rowset.folder), str(entry.folder))
            for each, entry in zip(exported, entries, strict=False)  # the earlier version's come last
        )
    except WouldRunError:
        pass
    return ScoresView(
        missing=missing,
        profile=section.profile,
        profiles=tuple(dict.fromkeys([*BUILT_IN_PROFILES, *section.profiles])),
        threshold=section.min_quality_score,
        rows=rows,
        parts=parts,
    )


def read_score_file(parts: list[Any]) -> ScoreFile:
    """The sorted score columns of these parts, in a new file that whoever opens it removes."""
    known = msgspec.convert(parts, list[ScoredPart])
    scores = load_scores(known)
    columns: list[ScoreColumn] = []
    descriptor, path = tempfile.mkstemp(prefix="afs-scores-")
    with os.fdopen(descriptor, "wb") as file:
        start = 0
        for grouping in get_args(Grouping):
            codes, names = _groups(known, grouping)
            for component in SCORE_COLUMNS:
                if np.isnan(scores[component]).all() and component != "overall":
                    continue
                slices, floats = _sorted_groups(scores[component], codes, names, start)
                columns.append(ScoreColumn(component, grouping, slices))
                file.write(floats.tobytes())
                start += len(floats)
    return ScoreFile(path, tuple(columns))


def load_scores(parts: list[ScoredPart]) -> dict[str, Array]:
    """The score columns over all parts, in order; NaN is "not measured"."""
    try:
        return read_columns([Path(part.scores_folder) / SCORES for part in parts], SCORE_COLUMNS)
    except OSError as error:
        where = Path(parts[0].scores_folder)
        raise StorageError(
            "stored scores can't be read", where=where, hint="run the score stage again"
        ) from error


def load_domains(parts: list[ScoredPart]) -> tuple[Array, list[str]]:
    """For each row of all parts the place of its domain in the list of names."""
    names: dict[str, int] = {}
    codes = []
    for part in parts:
        rowset = RowSet(Path(part.rows_folder))
        table = [names.setdefault(name, len(names)) for name in rowset.info.domains] or [0]
        codes.append(np.array(table, dtype=np.uint32)[rowset.column("domain")])
    return np.concatenate(codes), list(names)


def load_sources(parts: list[ScoredPart]) -> tuple[Array, list[str]]:
    """For each row of all parts the place of its source in the list of names."""
    sizes = [RowSet(Path(part.rows_folder)).rows for part in parts]
    return np.repeat(np.arange(len(parts), dtype=np.uint32), sizes), [part.source for part in parts]


def _groups(parts: list[ScoredPart], grouping: Grouping) -> tuple[Array, list[str]]:
    return load_domains(parts) if grouping == "domain" else load_sources(parts)


def _sorted_groups(
    scores: Array, codes: Array, names: list[str], start: int
) -> tuple[tuple[GroupSlice, ...], Array]:
    """The scores of each group, ascending, one group after the other in order of name."""
    slices: list[GroupSlice] = []
    floats: list[Array] = []
    for code, name in sorted(enumerate(names), key=lambda each: each[1]):
        members = scores[codes == code]
        measured = np.sort(members[~np.isnan(members)])
        slices.append(GroupSlice(name, start, len(measured), len(members) - len(measured)))
        floats.append(measured.astype(np.float32))
        start += len(measured)
    return tuple(slices), np.concatenate(floats)
