"""The score step: how good every row is, by the recipe's profiles, and which rows pass.

Owns which profile a domain gets, what known addresses and symbols come from the recipe's source
trees, and the stored columns. The components are `stages.scoring`. Scores are kept apart from the
threshold, so that moving it measures nothing again.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.data.atomic import write_atomic
from afs_engine.data.columns import read_column, read_columns, write_columns
from afs_engine.data.digest import hash_files, hash_key
from afs_engine.data.ledger import Ledger
from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import ScoreSection
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported, known_entities
from afs_engine.stages.discriminator.discriminator import Discriminator
from afs_engine.stages.discriminator.loading import load_discriminator
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.config import COMPONENT_NAMES, ScoringConfig
from afs_engine.stages.scoring.entity import EntityTable
from afs_engine.stages.scoring.histogram import ScoreHistograms, count_scores
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.scoring.score_block import ScoreBlock
from afs_engine.stages.scoring.score_json import score_members
from afs_engine.stages.scoring.scorer import QualityScorer

VERSION = 2
SCORES = "scores.arrow"
HISTOGRAMS = "histograms.json"
SCORE_COLUMNS = ("overall", *COMPONENT_NAMES)
Array = np.ndarray[tuple[int], np.dtype[Any]]


class _Output(msgspec.Struct, gc=False):
    output: str


@dataclass(frozen=True)
class Scored:
    """Scores over all rows of all sources, in order, then the earlier version's rows.

    `parts` are the stored columns a row set; `entry` is the threshold's decision; `asked` names the
    components that every row shows, null where they took no part.
    """

    parts: list[Entry]
    entry: Entry
    rows: int
    earlier: Earlier | None
    asked: tuple[str, ...]

    @cached_property
    def _columns(self) -> dict[str, Array]:
        return read_columns([part.folder / SCORES for part in self.parts], SCORE_COLUMNS)

    @cached_property
    def _earlier_file_score(self) -> Array:
        return self.earlier.rowset.column("score") if self.earlier else np.zeros(0, dtype=np.float32)

    @property
    def score(self) -> Array:
        """The overall score of each new row; NaN is "not measured"."""
        return self._columns["overall"][: self.rows]

    @property
    def earlier_score(self) -> Array:
        """The earlier rows' own score where their file has one, else the one measured here."""
        measured = self._columns["overall"][self.rows :]
        return np.where(np.isnan(self._earlier_file_score), measured, self._earlier_file_score)

    @property
    def passes(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether each new row is good enough."""
        return read_column(self.entry.folder / "passes.arrow", "passes")

    def members_json(self, rows: Array) -> list[bytes]:
        """For each row the JSON members that record its scores; empty where the row has its own."""
        own = np.zeros(len(rows), dtype=bool)
        old = rows >= self.rows
        own[old] = ~np.isnan(self._earlier_file_score[rows[old] - self.rows])
        columns = {name: values[rows] for name, values in self._columns.items()}
        return score_members(columns, own, self.asked)


def score_rows(context: StepContext, exported: list[Exported], earlier: Earlier | None) -> Scored:
    """Scores of all rows and who passes, from the store or measured now."""
    section = context.recipe.score
    parts = measure_scores(context, exported, earlier)
    rows = sum(each.rowset.rows for each in exported)
    asked = ("electra",) if section.electra_model is not None else ()
    shown = hash_key([[part.result.digest for part in parts], asked])
    inputs = ["score", VERSION, shown, rows, section.min_quality_score]
    new_parts = parts[: len(exported)]

    def decide(folder: Path) -> Made:
        return _decide(folder, new_parts, section.min_quality_score, shown)

    return Scored(parts, context.store.get_or_make("score", inputs, decide), rows, earlier, asked)


def measure_scores(context: StepContext, exported: list[Exported], earlier: Earlier | None) -> list[Entry]:
    """The stored score columns of each source, then of the earlier version's rows; no threshold yet."""
    section = context.recipe.score
    sets = [each.rowset for each in exported] + ([earlier.rowset] if earlier else [])
    with _Scorers(context, section, known_entities(exported)) as scorers:
        return [
            context.store.get_or_make("scores", scorers.key(rowset), _builder(context, scorers, rowset))
            for rowset in sets
        ]


def profile_of(section: ScoreSection, domain: str) -> str:
    """The profile of the domain, or of the first part of its name, or the recipe's."""
    named = section.profile_by_domain
    if domain in named:
        return named[domain]
    prefixes = [name for name in named if domain.startswith((f"{name}_", f"{name}-", f"{name}."))]
    return named[max(prefixes, key=len)] if prefixes else section.profile


def _decide(folder: Path, parts: list[Entry], minimum: float | None, shown: str) -> Made:
    """Who passes; the digest also covers the scores themselves, which later steps write into rows."""
    score = read_columns([part.folder / SCORES for part in parts], ["overall"])["overall"]
    unscored = np.isnan(score)
    passes = np.ones(len(score), dtype=bool) if minimum is None else score >= np.float32(minimum)
    dropped = {}
    if minimum is not None and (below := int((~passes & ~unscored).sum())):
        dropped[f"quality below {minimum:g}"] = below
    if minimum is not None and (missing := int(unscored.sum())):
        dropped["no quality score"] = missing
    write_columns(folder / "passes.arrow", {"passes": passes})
    ledger = Ledger(stage="score", rows_in=len(score), rows_out=int(passes.sum()), dropped=dropped)
    digest = hash_key([hash_files([folder / "passes.arrow"]), shown])
    return Made(digest=digest, ledgers=[ledger.checked()])


class _Scorers:
    """One scorer a profile in use, opened at the first row that needs one."""

    def __init__(self, context: StepContext, section: ScoreSection, entities: EntityTable) -> None:
        self._context = context
        self._section = section
        self._entities = entities
        self._opened = ExitStack()
        self._scorers: dict[str, QualityScorer] = {}
        self._electra = self._find_electra()
        self._assembly = AssemblyChecker()
        for name in {section.profile, *section.profile_by_domain.values()}:
            find_profile(name, section.profiles)

    def __enter__(self) -> "_Scorers":
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        if self._scorers and self._cache.trouble:
            self._context.warn(self._cache.trouble)

    def _find_electra(self) -> Discriminator | None:
        section = self._section
        if section.electra_model is None:
            return None
        folder = self._context.workspace.path(section.electra_model)
        found = load_discriminator(folder, device=section.device, batch_size=section.batch_size)
        for remark in found.remarks:
            self._context.warn(remark)
        return found

    def key(self, rowset: RowSet) -> list[object]:
        """What a row set's scores depend on."""
        configs = {domain: self._config_of(domain).model_dump() for domain in rowset.info.domains}
        return [
            VERSION,
            rowset.info.digest,
            configs,
            hash_key([sorted(self._entities.addresses), sorted(self._entities.symbols)]),
            self._electra.version if self._electra else None,
            self._assembly.version,
        ]

    def score_block(self, outputs: list[str], domains: list[str]) -> ScoreBlock:
        """Scores of a block; each row by the profile of its domain."""
        profiles = {domain: profile_of(self._section, domain) for domain in set(domains)}
        if len(set(profiles.values())) == 1:
            return self._scorer(next(iter(profiles.values()))).score_block(outputs)
        columns = {name: np.full(len(outputs), np.nan, np.float32) for name in ("overall", *COMPONENT_NAMES)}
        checked_by = ""
        for profile in sorted(set(profiles.values())):
            rows = [row for row, domain in enumerate(domains) if profiles[domain] == profile]
            block = self._scorer(profile).score_block([outputs[row] for row in rows])
            checked_by = checked_by or block.checked_by
            for name, values in {"overall": block.overall, **block.columns}.items():
                columns[name][rows] = values
        return ScoreBlock(checked_by=checked_by, **columns)

    def _config_of(self, domain: str) -> ScoringConfig:
        return find_profile(profile_of(self._section, domain), self._section.profiles)

    def _scorer(self, profile: str) -> QualityScorer:
        if not self._scorers:
            self._cache = self._opened.enter_context(ScoreCache(self._context.workspace.score_cache))
            self._opened.enter_context(self._assembly)
        if profile not in self._scorers:
            self._scorers[profile] = QualityScorer(
                find_profile(profile, self._section.profiles),
                electra_model=self._electra,
                assembly=self._assembly,
                entities=self._entities,
                cache=self._cache,
            )
        return self._scorers[profile]


def _builder(context: StepContext, scorers: _Scorers, rowset: RowSet) -> Any:
    def make(folder: Path) -> Made:
        histograms = ScoreHistograms()
        blocks: list[ScoreBlock] = []
        done = 0
        for outputs, domains in _outputs(rowset):
            block = scorers.score_block(outputs, domains)
            blocks.append(block)
            histograms = histograms.plus(count_scores(block, domains))
            done += len(outputs)
            context.progress("score", done, rowset.rows)
        columns = {name: np.concatenate([_column(block, name) for block in blocks]) for name in SCORE_COLUMNS}
        write_columns(folder / SCORES, columns)
        write_atomic(folder / HISTOGRAMS, histograms.model_dump_json(indent=1).encode())
        return Made(digest=hash_files([folder / SCORES]))

    return make


def _column(block: ScoreBlock, name: str) -> Array:
    return block.overall if name == "overall" else block.columns[name]


def _outputs(rowset: RowSet) -> Iterator[tuple[list[str], list[str]]]:
    """Outputs and domains of the rows, in blocks."""
    decode = msgspec.json.Decoder(_Output).decode_lines
    names = rowset.info.domains
    codes = rowset.column("domain")
    start = 0
    for data in rowset.data_blocks():
        outputs = [row.output for row in decode(data)]
        yield outputs, [names[code] for code in codes[start : start + len(outputs)].tolist()]
        start += len(outputs)
