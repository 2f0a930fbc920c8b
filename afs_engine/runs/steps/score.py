"""The score step: how good every row is, by the recipe's profiles, and which rows pass.

Owns which profile a domain gets, what known addresses and symbols come from the recipe's source
trees, and what the stored scores depend on. The measuring is `score_row_sets`, imported only where it has
to be done. Scores are kept apart from the threshold, so that moving it measures nothing again.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afs_engine.data.columns import hash_columns, read_column, read_columns, write_columns
from afs_engine.data.digest import hash_key
from afs_engine.data.ledger import Ledger
from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import ScoreSection
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported, known_entities
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.config import COMPONENT_NAMES
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.profiles import find_profile

if TYPE_CHECKING:
    import numpy as np

    from afs_engine.data.compiled import Pieces
    from afs_engine.runs.steps.score_row_sets import RowSetScorer
    from afs_engine.stages.discriminator.discriminator import Discriminator

    Array = np.ndarray[tuple[int], np.dtype[Any]]

VERSION = 5
SCORES = "scores"
HISTOGRAMS = "histograms.json"
SCORE_COLUMNS = ("overall", *COMPONENT_NAMES)


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
        import numpy as np

        return self.earlier.rowset.column("score") if self.earlier else np.zeros(0, dtype=np.float32)

    @property
    def score(self) -> Array:
        """The overall score of each new row; NaN is "not measured"."""
        return self._columns["overall"][: self.rows]

    @property
    def earlier_score(self) -> Array:
        """The earlier rows' own score where their file has one, else the one measured here."""
        import numpy as np

        measured = self._columns["overall"][self.rows :]
        return np.where(np.isnan(self._earlier_file_score), measured, self._earlier_file_score)

    @property
    def passes(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether each new row is good enough."""
        return read_column(self.entry.folder / "passes", "passes")

    def members_json(self, rows: Array) -> list[bytes]:
        """For each row the JSON members that record its scores; empty where the row has its own."""
        from afs_engine.stages.scoring.score_json import score_members

        columns = {name: values[rows] for name, values in self._columns.items()}
        return score_members(columns, self._have_own(rows), self.asked)

    def member_pieces(self, rows: Array) -> list[Pieces] | None:
        """`members_json` as `Core.join` takes it; None where some row's is empty."""
        from afs_engine.stages.scoring.score_json import score_pieces

        if self._have_own(rows).any():
            return None
        return score_pieces({name: values[rows] for name, values in self._columns.items()}, self.asked)

    def _have_own(self, rows: Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether each row has a score of its own in the earlier version's file."""
        import numpy as np

        own = np.zeros(len(rows), dtype=bool)
        old = rows >= self.rows
        own[old] = ~np.isnan(self._earlier_file_score[rows[old] - self.rows])
        return own


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
    sets: list[tuple[RowSet, Path | None]] = [(each.rowset, each.addresses) for each in exported]
    sets += [(earlier.rowset, None)] if earlier else []
    section = context.recipe.score
    for name in {section.profile, *section.profile_by_domain.values()}:
        find_profile(name, section.profiles)
    with ExitStack() as opened:
        assembly = opened.enter_context(AssemblyChecker())
        tools = ScoringTools(known_entities(exported), _find_discriminator(context), assembly)

        @cache
        def scorer() -> RowSetScorer:
            from afs_engine.runs.steps.score_row_sets import RowSetScorer  # numpy takes a while to load

            return opened.enter_context(RowSetScorer(context, tools))

        def make(rowset: RowSet, addresses: Path | None, folder: Path) -> Made:
            return scorer().make(rowset, addresses, folder)

        keys = [_key(section, rowset, tools) for rowset, _ in sets]
        return [
            context.store.get_or_make("scores", key, partial(make, rowset, addresses))
            for key, (rowset, addresses) in zip(keys, sets, strict=True)
        ]


@dataclass(frozen=True)
class ScoringTools:
    """What scores depend on besides the recipe and the rows."""

    entities: EntityTable
    discriminator: Discriminator | None
    assembly: AssemblyChecker


def _find_discriminator(context: StepContext) -> Discriminator | None:
    section = context.recipe.score
    if section.electra_model is None:
        return None
    from afs_engine.stages.discriminator.loading import load_discriminator

    folder = context.workspace.path(section.electra_model)
    found = load_discriminator(folder, device=section.device, batch_size=section.batch_size)
    for remark in found.remarks:
        context.warn(remark)
    return found


def _key(section: ScoreSection, rowset: RowSet, tools: ScoringTools) -> list[object]:
    """What a row set's scores depend on."""
    profiles = {domain: profile_of(section, domain) for domain in rowset.info.domains}
    entities = tools.entities
    return [
        VERSION,
        rowset.info.digest,
        {domain: find_profile(name, section.profiles).model_dump() for domain, name in profiles.items()},
        hash_key([sorted(entities.addresses), sorted(entities.symbols)]),
        tools.discriminator.version if tools.discriminator else None,
        tools.assembly.version,
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
    import numpy as np

    score = read_columns([part.folder / SCORES for part in parts], ["overall"])["overall"]
    unscored = np.isnan(score)
    passes = np.ones(len(score), dtype=bool) if minimum is None else score >= np.float32(minimum)
    dropped = {}
    if minimum is not None and (below := int((~passes & ~unscored).sum())):
        dropped[f"quality below {minimum:g}"] = below
    if minimum is not None and (missing := int(unscored.sum())):
        dropped["no quality score"] = missing
    write_columns(folder / "passes", {"passes": passes})
    ledger = Ledger(stage="score", rows_in=len(score), rows_out=int(passes.sum()), dropped=dropped)
    digest = hash_key([hash_columns(folder / "passes"), shown])
    return Made(digest=digest, ledgers=[ledger.checked()])
