"""The export step: every source of the recipe becomes a row set in the store.

Owns what an export's key depends on and what is stored with the rows. One stored result a source, so
that a change in one does not read the others again.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from afs_engine.data.atomic import write_atomic
from afs_engine.data.ingest import Ingest, RowDefaults
from afs_engine.data.ledger import Ledger
from afs_engine.data.quarantine import late_quarantine
from afs_engine.data.rowset import RowSet, RowSetWriter
from afs_engine.data.store import Entry, Made
from afs_engine.errors import InputError
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import AnySource, JsonlSource, OracleSource
from afs_engine.runs.steps.open_source import source_digest, source_path
from afs_engine.runs.steps.sample_passage import SamplePassage, floor_profile
from afs_engine.stages.redaction.placeholders import Placeholders, PlaceholderState
from afs_engine.stages.scoring.entity import EntityTable

VERSION = 3
ROWS = "rows"
QUARANTINE = "quarantine.jsonl"
SYMBOLS = "symbols.json"
PLACEHOLDERS = "placeholders.json"


@dataclass(frozen=True)
class Exported:
    """One source in the store."""

    name: str
    rowset: RowSet
    entry: Entry

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
    job = _Export(context, source, path, digest, state)
    entry = context.store.get_or_make("export", inputs, job.make)
    return Exported(source.name, RowSet(entry.folder / ROWS), entry)


@dataclass(frozen=True)
class _Export:
    context: StepContext
    source: AnySource
    path: Path
    digest: str
    state: PlaceholderState

    def make(self, folder: Path) -> Made:
        from afs_engine.stages.redaction.redactor import Redactor  # its rules take a while to compile
        from afs_engine.stages.redaction.rows import RowRedactor

        context, source = self.context, self.source
        placeholders = Placeholders(context.workspace.salt(), self.state)
        rules = context.recipe.redact
        redactor = Redactor(rules, placeholders) if rules.enabled else None
        defaults = RowDefaults(domain=source.domain, default_domain=source.name, source=source.name)
        writer = RowSetWriter(folder / ROWS)
        rows = RowRedactor(redactor) if redactor else None
        ingest = Ingest(writer, defaults, rows)
        if isinstance(source, JsonlSource):
            ledger, records = _ingest_file(context, source.name, self.path, ingest, folder), None
        else:
            passage = SamplePassage(context, source, rows)
            with late_quarantine(folder / QUARANTINE) as quarantine:
                ledger, records = passage.ingest(self.path, ingest, quarantine)
            if isinstance(source, OracleSource):
                _keep_symbols(self.path, folder)
        info = writer.close()
        if not info.rows:
            raise InputError(
                f"source '{source.name}' gives no sample: {ledger.reasons()}",
                where=self.path,
                hint="look at this path",
            )
        write_atomic(folder / PLACEHOLDERS, placeholders.state().model_dump_json().encode())
        facts: dict[str, object] = {"rows": info.rows, "domains": info.domains, "input_digest": self.digest}
        if records:
            facts["records"] = records
        if redactor:
            facts["redacted"] = redactor.report().counts
        return Made(digest=info.digest, ledgers=[ledger.checked()], facts=facts)


def _ingest_file(context: StepContext, name: str, path: Path, ingest: Ingest, folder: Path) -> Ledger:
    with late_quarantine(folder / QUARANTINE) as quarantine:
        tally = ingest.add_file(path, quarantine, lambda kept: context.progress("export", kept, note=name))
    return Ledger(
        stage=f"export {name}",
        rows_in=tally.kept + tally.refused,
        rows_out=tally.kept,
        quarantined=tally.refused,
        notes={"blank lines": tally.blank} if tally.blank else {},
    )


def _keep_symbols(root: Path, folder: Path) -> None:
    """The names that a source tree defines, beside its rows, for the scorer."""
    from afs_engine.stages.sources.oracle.symbols import read_symbols

    table = read_symbols(root)
    names = {
        "addresses": sorted(set(table.addresses.values())),
        "symbols": sorted({*table.addresses, *table.labels, *table.defines}),
    }
    write_atomic(folder / SYMBOLS, msgspec.json.encode(names))


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
