"""Reads samples for a face: how many match, a page of them in some order, and one whole.

Runs in the reading process, which keeps the columns and the last orders in memory. A page costs its own
rows only, however many there are and however long one is.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.data.columns import join_columns
from afs_engine.data.rowset import RowSet
from afs_engine.errors import InputError
from afs_engine.runs.plan import read_only_context
from afs_engine.runs.steps.score import profile_of
from afs_engine.runs.views.read_scores import load_domains, load_scores, load_sources
from afs_engine.runs.views.sample_order import (
    match_names,
    match_texts,
    parse_filter,
    sort_near_line,
    sort_rows,
)
from afs_engine.runs.views.scores_view import NEAR_LINE, ComponentShare, SampleLine, SampleView, ScoredPart
from afs_engine.stages.scoring.config import COMPONENT_NAMES, ScoringConfig
from afs_engine.stages.scoring.profiles import find_profile

Array = np.ndarray[tuple[int], np.dtype[Any]]
Parts = tuple[ScoredPart, ...]

_HEAD_BYTES = 4096
_PREVIEW_CHARACTERS = 300
_MOST_CHARACTERS = 20_000
_LARGEST_LINE_BYTES = 4 << 20
_INSTRUCTION = re.compile(rb'"instruction"\s*:\s*("(?:[^"\\]|\\.)*)')


class _Whole(msgspec.Struct):
    instruction: str = ""
    output: str = ""
    input: str = ""
    thinking: str | None = None
    sample_id: str | None = None


class _Samples:
    """The columns of all parts, and the means to read a line."""

    def __init__(self, parts: Parts) -> None:
        known = list(parts)
        self.rowsets = [RowSet(Path(part.rows_folder)) for part in known]
        self.scores = load_scores(known)
        self.domain, self.domains = load_domains(known)
        self.source, self.sources = load_sources(known)
        self._starts = np.cumsum([0, *(each.rows for each in self.rowsets)])
        self.output_chars = join_columns([each.column("output_chars") for each in self.rowsets])
        self._offset = join_columns([each.column("offset") for each in self.rowsets])
        self._length = join_columns([each.column("length") for each in self.rowsets])

    def __len__(self) -> int:
        return len(self.domain)

    def stored_bytes(self, row: int) -> int:
        return int(self._length[row])

    def line(self, row: int, most_bytes: int) -> bytes:
        """The start of a stored line."""
        part = int(np.searchsorted(self._starts, row, side="right")) - 1
        with self.rowsets[part].rows_path.open("rb") as file:
            file.seek(int(self._offset[row]))
            return file.read(min(int(self._length[row]), most_bytes))


@lru_cache(maxsize=2)
def _samples(parts: Parts) -> _Samples:
    return _Samples(parts)


@lru_cache(maxsize=4)
def _matching(parts: Parts, wanted: str) -> Array:
    """Whether each row matches the filter."""
    samples = _samples(parts)
    asked = parse_filter(wanted)
    matches = np.ones(len(samples), dtype=bool)
    if asked.domains:
        matches &= match_names(samples.domain, samples.domains, asked.domains, "domain")
    if asked.sources:
        matches &= match_names(samples.source, samples.sources, asked.sources, "source")
    if asked.texts:
        matches &= match_texts(samples.rowsets, asked.texts)
    return matches


@lru_cache(maxsize=12)
def _sorted(parts: Parts, sort: str, is_descending: bool) -> Array:
    samples = _samples(parts)
    columns = {
        **samples.scores,
        "domain": _ranks(samples.domain, samples.domains),
        "source": _ranks(samples.source, samples.sources),
        "output_chars": samples.output_chars,
    }
    return sort_rows(columns[sort], is_descending=is_descending)


@lru_cache(maxsize=4)
def _order(parts: Parts, sort: str, is_descending: bool, threshold: float | None, wanted: str) -> Array:
    """The rows to list, in order."""
    if sort == NEAR_LINE:
        ordered = sort_near_line(_samples(parts).scores["overall"], threshold)
    else:
        ordered = _sorted(parts, sort, is_descending)
    return ordered[_matching(parts, wanted)[ordered]] if wanted.strip() else ordered


def count_samples(parts: list[Any], wanted: str = "") -> int:
    """How many samples match the filter. Raises UsageError for a name that is not there."""
    return int(_matching(_parts(parts), wanted).sum())


def read_samples(
    parts: list[Any],
    start: int,
    count: int,
    *,
    sort: str = NEAR_LINE,
    is_descending: bool = False,
    threshold: float | None = None,
    wanted: str = "",
) -> list[SampleLine]:
    """Rows `start` to `start + count` of the list that is sorted and filtered so.

    `sort` is NEAR_LINE, a component, "overall", "domain", "source" or "output_chars".
    """
    known = _parts(parts)
    order = _order(known, sort, is_descending, threshold if sort == NEAR_LINE else None, wanted)
    samples = _samples(known)
    return [_line(samples, row) for row in order[start : start + count].tolist()]


def read_sample(recipe_path: str, text: str | None, parts: list[Any], row: int) -> SampleView:
    """One sample whole, and how its score comes about under the recipe."""
    samples = _samples(_parts(parts))
    if not 0 <= row < len(samples):
        raise InputError(f"there is no sample {row}", hint="press F5")
    section = read_only_context(Path(recipe_path), text).recipe.score
    domain = samples.domains[samples.domain[row]]
    profile = profile_of(section, domain)
    line = samples.line(row, _LARGEST_LINE_BYTES)
    whole = _decode(line, is_cut=samples.stored_bytes(row) > _LARGEST_LINE_BYTES)
    return SampleView(
        row=row,
        overall=_plain(samples.scores["overall"][row]),
        profile=profile,
        components=_shares(samples, row, find_profile(profile, section.profiles)),
        domain=domain,
        source=samples.sources[samples.source[row]],
        sample_id=whole.sample_id or "",
        bytes_stored=samples.stored_bytes(row),
        instruction=whole.instruction[:_MOST_CHARACTERS],
        input=whole.input[:_MOST_CHARACTERS],
        output=whole.output[:_MOST_CHARACTERS],
        thinking=(whole.thinking or "")[:_MOST_CHARACTERS],
    )


def _parts(parts: list[Any]) -> Parts:
    return tuple(msgspec.convert(parts, list[ScoredPart]))


def _ranks(codes: Array, names: list[str]) -> Array:
    """For each row the place of its name in alphabetical order."""
    ranks = np.empty(max(1, len(names)), dtype=np.uint32)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks[codes]


def _line(samples: _Samples, row: int) -> SampleLine:
    return SampleLine(
        row=row,
        overall=_plain(samples.scores["overall"][row]),
        components={name: _plain(samples.scores[name][row]) for name in COMPONENT_NAMES},
        domain=samples.domains[samples.domain[row]],
        source=samples.sources[samples.source[row]],
        output_chars=int(samples.output_chars[row]),
        instruction=_instruction(samples.line(row, _HEAD_BYTES)),
    )


def _instruction(head: bytes) -> str:
    """The start of the instruction in the first bytes of a stored line."""
    found = _INSTRUCTION.search(head)
    if found is None:
        return ""
    text = found.group(1)
    for spare in range(min(8, len(text))):  # the cut may have split a character or an escape
        try:
            whole: str = msgspec.json.decode(text[: len(text) - spare] + b'"')
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        return whole[:_PREVIEW_CHARACTERS]
    return ""


def _decode(line: bytes, *, is_cut: bool) -> _Whole:
    if is_cut:
        return _Whole(
            instruction=_instruction(line[:_HEAD_BYTES]), output="[a row of this size is not shown]"
        )
    return msgspec.json.decode(line, type=_Whole)


def _shares(samples: _Samples, row: int, config: ScoringConfig) -> tuple[ComponentShare, ...]:
    values = {name: _plain(samples.scores[name][row]) for name in COMPONENT_NAMES}
    took_part = [name for name in COMPONENT_NAMES if values[name] is not None and config.weights.of(name) > 0]
    whole = sum(config.weights.of(name) for name in took_part)
    return tuple(
        ComponentShare(name, values[name], config.weights.of(name) / whole if name in took_part else None)
        for name in COMPONENT_NAMES
    )


def _plain(value: np.float32) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
