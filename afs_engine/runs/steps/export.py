"""The export step: every source of the recipe becomes a row set in the store.

Owns what an export's key depends on and what is stored with the rows. One stored result a source, so
that a change in one does not read the others again. The reading is `read_source`, imported only where it
has to be done.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import AnySource, ChatSource
from afs_engine.runs.steps.open_source import source_digest, source_path
from afs_engine.stages.redaction.placeholders import PlaceholderState
from afs_engine.stages.scoring.config import ScoringConfig
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.profiles import find_profile

VERSION = 7
ROWS = "rows"
QUARANTINE = "quarantine.jsonl"
SYMBOLS = "symbols.json"
ADDRESSES = "addresses"
PLACEHOLDERS = "placeholders.json"


@dataclass(frozen=True)
class Exported:
    """One source in the store."""

    name: str
    rowset: RowSet
    entry: Entry

    @property
    def addresses(self) -> Path:
        """The console's addresses in each answer, as `AddressCounter` counted them."""
        return self.entry.folder / ADDRESSES

    @property
    def placeholders(self) -> PlaceholderState:
        """The placeholders given out up to and including this source."""
        return PlaceholderState.model_validate_json((self.entry.folder / PLACEHOLDERS).read_bytes())


def export_sources(context: StepContext) -> list[Exported]:
    """All sources of the recipe, in its order."""
    exported: list[Exported] = []
    for source in context.recipe.sources:
        exported.append(export_source(context, source, exported[-1] if exported else None))
    return exported


def export_source(context: StepContext, source: AnySource, before: Exported | None) -> Exported:
    """One source, from the store or read now. Raises InputError when it is missing or gives nothing.

    `before` is the source before it: where anything was redacted, the numbers of placeholders go on
    from there, so that a secret has one placeholder in the whole run.
    """
    path = source_path(context, source)
    state = before.placeholders if before else PlaceholderState()
    digest = source_digest(context, source, path)
    inputs = {
        "version": VERSION,
        "source": source.model_dump(mode="json", exclude={"path"}),
        "digest": digest,
        "redact": context.recipe.redact.model_dump(mode="json"),
        "placeholders": state.model_dump(),
    }
    if profile := floor_profile(context, source):
        inputs["profile"] = profile.model_dump(mode="json")

    def make(folder: Path) -> Made:
        from afs_engine.runs.steps.read_source import SourceReader  # numpy takes a while to load

        return SourceReader(context, source, path, digest, state).make(folder)

    entry = context.store.get_or_make("export", inputs, make)
    return Exported(source.name, RowSet(entry.folder / ROWS), entry)


def floor_profile(context: StepContext, source: AnySource) -> ScoringConfig | None:
    """The profile by which the source's samples are judged; None where it has no floor.

    Raises UsageError for a profile that is nowhere defined.
    """
    if not isinstance(source, ChatSource) or source.min_quality_score is None:
        return None
    return find_profile(source.score_profile, context.recipe.score.profiles)


class _Symbols(msgspec.Struct):
    addresses: list[int]
    symbols: list[str]


def known_entities(exported: list[Exported]) -> EntityTable:
    """What all source trees of the recipe define."""
    addresses: set[int] = set()
    symbols: set[str] = set()
    for each in exported:
        path = each.entry.folder / SYMBOLS
        if path.is_file():
            found = msgspec.json.decode(path.read_bytes(), type=_Symbols)
            addresses.update(found.addresses)
            symbols.update(found.symbols)
    return EntityTable(frozenset(addresses), frozenset(symbols))
