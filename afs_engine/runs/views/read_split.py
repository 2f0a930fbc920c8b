"""Reads the split's view, and rows of the train side as they will be trained.

Runs in the reading process; decides nothing: what is not in the store is named as missing. Token counts
are estimates from bytes, because the tokenizer belongs to the training worker.
"""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.data.columns import join_columns
from afs_engine.data.row_reader import RowReader
from afs_engine.errors import UsageError
from afs_engine.runs.context import StepContext
from afs_engine.runs.pipeline import Products, walk
from afs_engine.runs.plan import WouldRunError, read_only_context
from afs_engine.runs.steps.dedup import deduplicate
from afs_engine.runs.steps.earlier import read_earlier
from afs_engine.runs.steps.export import Exported, export_sources
from afs_engine.runs.steps.score import score_rows
from afs_engine.runs.steps.split import Split, split_rows
from afs_engine.runs.views.split_view import (
    ChatPart,
    DomainSides,
    LeakFacts,
    LengthBin,
    SplitView,
    TrainedRow,
)
from afs_engine.stages.formats.convert import FORMATS, Converter, find_format
from afs_engine.stages.formats.openai import OpenAiRow
from afs_engine.stages.splitting.ratios import SIDE_NAMES, TRAIN, UNDECIDED

Array = np.ndarray[tuple[int], np.dtype[Any]]
_BYTES_A_TOKEN = 4
_BIN_TOKENS = (32, 64, 128, 256, 512, 1024, 2048, 4096)
_LONGEST_BYTES = 1 << 20
_MOST_CHARACTERS = 20_000


def read_split(recipe_path: str, text: str | None = None) -> SplitView:
    """The view of the recipe, or of `text` as if it stood in its file. Raises RecipeError."""
    context = read_only_context(Path(recipe_path), text)
    chosen = context.recipe.convert.format
    try:
        exported, split = _find_split(context)
    except WouldRunError:
        return SplitView("split", (), 0, 0, (), None, chosen, tuple(FORMATS))
    groups = _group_sizes(exported, split.side)
    counts = split.entry.result.facts["rows_by_domain_and_side"]
    return SplitView(
        missing="",
        sides=tuple(
            DomainSides(domain, *(each[name] for name in SIDE_NAMES)) for domain, each in counts.items()
        ),
        groups=len(groups),
        largest_group=int(groups.max(initial=0)),
        lengths=_lengths(exported, split.side),
        leak=_find_leak(context),
        format=chosen,
        formats=tuple(FORMATS),
    )


def read_trained_rows(recipe_path: str, text: str | None, start: int, count: int) -> list[TrainedRow]:
    """Rows of the train side from `start` on, in the recipe's format. Raises UsageError before the split."""
    context = read_only_context(Path(recipe_path), text)
    try:
        exported, split = _find_split(context)
    except WouldRunError:
        raise UsageError("the split is not known yet", hint="r runs up to it") from None
    rows = np.flatnonzero(split.side == TRAIN)[start : start + count]
    with RowReader([each.rowset for each in exported]) as reader:
        lines = [line for _, block in reader.blocks(rows) for line in block]
    section = context.recipe.convert
    return [_trained_row(line, section.format, section.system_prompt) for line in lines]


def _find_split(context: StepContext) -> tuple[list[Exported], Split]:
    """The stored split of the recipe. Raises WouldRunError."""
    exported = export_sources(context)
    earlier = read_earlier(context, exported[-1])
    scored = score_rows(context, exported, earlier)
    return exported, split_rows(context, exported, deduplicate(context, exported, scored, earlier))


def _group_sizes(exported: list[Exported], side: Array) -> Array:
    group = join_columns([each.rowset.column("group") for each in exported])
    _, sizes = np.unique(group[side != UNDECIDED], return_counts=True)
    return np.asarray(sizes)


def _lengths(exported: list[Exported], side: Array) -> tuple[LengthBin, ...]:
    tokens = join_columns([each.rowset.column("length") for each in exported]) // _BYTES_A_TOKEN
    places = np.searchsorted(np.array(_BIN_TOKENS), tokens, side="left")
    counts = [np.bincount(places[side == code], minlength=len(_BIN_TOKENS) + 1) for code in range(3)]
    ends: list[int | None] = [*_BIN_TOKENS, None]
    return tuple(LengthBin(end, *(int(each[i]) for each in counts)) for i, end in enumerate(ends))


def _find_leak(context: StepContext) -> LeakFacts | None:
    """What the certificate says, where the data files of this very recipe are in the store."""
    products = Products()
    try:
        for _ in walk(context, products, "convert"):
            pass
    except WouldRunError:
        return None
    assert products.converted
    facts = products.converted.entry.result.facts["leaks"]
    near = context.recipe.dedup.near
    method = "exact or near" if near else "exact (dedup.near is off)"
    return LeakFacts(facts["exact_pairs"], facts["near_pairs"], method)


class _Row(msgspec.Struct, gc=False):
    domain: str = ""
    quality_score: float | None = None


def _trained_row(line: bytes, format_name: str, system_prompt: str) -> TrainedRow:
    if len(line) > _LONGEST_BYTES:
        told = f"(a row of {len(line):,} bytes is not shown)"
        return TrainedRow("", None, (ChatPart("", told, False),), told)
    row = msgspec.json.decode(line, type=_Row)
    written = Converter(find_format(format_name), system_prompt).convert([line])
    messages = Converter(find_format("openai"), system_prompt).convert([line])
    parts = msgspec.json.decode(messages[0], type=OpenAiRow).messages if messages else []
    return TrainedRow(
        domain=row.domain,
        score=row.quality_score,
        parts=tuple(
            ChatPart(part.role, part.content[:_MOST_CHARACTERS], part.role == "assistant") for part in parts
        ),
        line=written[0].decode()[:_MOST_CHARACTERS] if written else "",
    )
