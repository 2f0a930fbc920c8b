"""Reads the balance's view: the rows that each share of the recipe can draw from.

Runs in the reading process. Exact where split has run for the recipe as it is, else an estimate
from the scores; it says which. How many rows the shares draw is `stages.mixing.shares`, which a face computes
itself.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from afs_engine.data.columns import read_columns
from afs_engine.errors import UsageError
from afs_engine.runs.context import StepContext
from afs_engine.runs.plan import WouldRunError, read_only_context
from afs_engine.runs.steps.balance import Buffer, build_buffer
from afs_engine.runs.steps.dedup import deduplicate
from afs_engine.runs.steps.earlier import Earlier, read_earlier
from afs_engine.runs.steps.export import Exported, export_sources
from afs_engine.runs.steps.score import SCORES, measure_scores, score_rows
from afs_engine.runs.steps.split import split_rows
from afs_engine.runs.views.balance_view import BalanceView, RehearsalFacts
from afs_engine.stages.mixing.candidates import Candidates, collect_candidates
from afs_engine.stages.mixing.draw import cap_domains
from afs_engine.stages.mixing.weights import REHEARSAL, UNWEIGHTED, assign_buckets
from afs_engine.stages.splitting.ratios import TRAIN

Array = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass
class _Known:
    """What the store has for the recipe: as far as the stages have run."""

    exported: list[Exported]
    earlier: Earlier | None
    on_train: Array
    """Row numbers of the new rows that may be drawn."""
    share_on_train: float
    is_exact: bool
    buffer: Buffer | None = None


def read_balance(recipe_path: str, text: str | None = None) -> BalanceView:
    """The view of the recipe, or of `text` as if it stood in its file. Raises RecipeError and UsageError."""
    context = read_only_context(Path(recipe_path), text)
    try:
        exported = export_sources(context)
    except WouldRunError:
        return _nothing(context, "export")
    try:
        known = _as_far_as_known(context, exported)
    except WouldRunError:
        return _nothing(context, "score")
    return _view(context, known)


def _as_far_as_known(context: StepContext, exported: list[Exported]) -> _Known:
    earlier = read_earlier(context, exported[-1])
    with suppress(WouldRunError):
        scored = score_rows(context, exported, earlier)
        deduplicated = deduplicate(context, exported, scored, earlier)
        side = split_rows(context, exported, deduplicated).side
        known = _Known(exported, earlier, np.flatnonzero(side == TRAIN), 1.0, is_exact=True)
        with suppress(WouldRunError):
            known.buffer = build_buffer(context, earlier, scored, deduplicated) if earlier else None
        return known
    parts = measure_scores(context, exported, earlier)[: len(exported)]
    score = read_columns([part.folder / SCORES for part in parts], ["overall"])["overall"]
    minimum = context.recipe.score.min_quality_score
    passing = np.arange(len(score)) if minimum is None else np.flatnonzero(score >= np.float32(minimum))
    return _Known(exported, earlier, passing, context.recipe.split.train, is_exact=False)


def _view(context: StepContext, known: _Known) -> BalanceView:
    section = context.recipe.balance
    rows, chosen = _candidates(context, known)
    names = list(section.weights) or [name for name, count in _sizes(rows, chosen).items() if count]
    bucket = _buckets(rows, names)[chosen]
    counts = [int((bucket == place).sum()) for place in range(len(names))]
    available = [_on_train(count, name, known) for count, name in zip(counts, names, strict=True)]
    is_weighted = bool(section.weights)
    return BalanceView(
        missing="",
        is_exact=known.is_exact,
        names=tuple(names),
        weights=tuple(section.weights.values()) if is_weighted else tuple(map(float, available)),
        is_weighted=is_weighted,
        available=tuple(available),
        uncovered=_on_train(int((bucket == UNWEIGHTED).sum()), "", known),
        oversample=section.oversample,
        total=section.total,
        max_per_domain=section.max_per_domain,
        rehearsal=_rehearsal(context, known),
    )


def _candidates(context: StepContext, known: _Known) -> tuple[Candidates, Array]:
    """All rows, and the numbers of those that shares may draw from, after the cap of each domain.

    Rows to rehearse are among them only where they have a weight; else they come on top of the shares.
    """
    section = context.recipe.balance
    sets, origins = [each.rowset for each in known.exported], [each.name for each in known.exported]
    chosen = known.on_train
    if REHEARSAL in section.weights and known.earlier is not None and known.buffer is not None:
        new = sum(each.rows for each in sets)
        sets, origins = [*sets, known.earlier.rowset], [*origins, REHEARSAL]
        chosen = np.concatenate([chosen, known.buffer.rows.astype(np.int64) + new])
    rows = collect_candidates(sets, origins)
    if section.max_per_domain is None:
        return rows, chosen
    return rows, cap_domains(rows, chosen, section.max_per_domain, context.recipe.run.seed)


def _sizes(rows: Candidates, chosen: Array) -> dict[str, int]:
    counts = np.bincount(rows.domain[chosen], minlength=len(rows.domains))
    return {name: int(counts[code]) for code, name in sorted(enumerate(rows.domains), key=lambda e: e[1])}


def _buckets(rows: Candidates, names: list[str]) -> Array:
    """As the balance stage assigns them, except that a name which matches nothing has no row."""
    try:
        return assign_buckets(rows, names)
    except UsageError:
        if len(names) == 1:
            return np.full(len(rows), UNWEIGHTED, dtype=np.int32)
    matched = [name for name in names if _matches(rows, name)]
    places = np.array([names.index(name) for name in matched] or [UNWEIGHTED], dtype=np.int32)
    found = assign_buckets(rows, matched) if matched else np.full(len(rows), UNWEIGHTED, dtype=np.int32)
    return np.where(found == UNWEIGHTED, UNWEIGHTED, places[found])


def _matches(rows: Candidates, name: str) -> bool:
    try:
        assign_buckets(rows, [name])
    except UsageError:
        return False
    return True


def _on_train(count: int, name: str, known: _Known) -> int:
    return count if name == REHEARSAL else round(count * known.share_on_train)


def _rehearsal(context: StepContext, known: _Known) -> RehearsalFacts | None:
    section = context.recipe.rehearsal
    if section is None or known.earlier is None:
        return None
    available = len(known.buffer.rows) if known.buffer else None
    return RehearsalFacts(section.label, section.ratio, available, known.earlier.rowset.rows)


def _nothing(context: StepContext, missing: str) -> BalanceView:
    section, rehearsal = context.recipe.balance, context.recipe.rehearsal
    return BalanceView(
        missing=missing,
        is_exact=False,
        names=tuple(section.weights),
        weights=tuple(section.weights.values()),
        is_weighted=bool(section.weights),
        available=(),
        uncovered=0,
        oversample=section.oversample,
        total=section.total,
        max_per_domain=section.max_per_domain,
        rehearsal=RehearsalFacts(rehearsal.label, rehearsal.ratio, None, None) if rehearsal else None,
    )
