"""The export step: every source of the recipe becomes a row set in the store.

Owns what an export's key depends on and what is stored with the rows. One stored result a source, so
that a change in one does not read the others again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from afs_engine.data.atomic import write_atomic
from afs_engine.data.ingest import Ingest, RowDefaults
from afs_engine.data.ledger import Ledger
from afs_engine.data.quarantine import late_quarantine
from afs_engine.data.records import RecordCounts
from afs_engine.data.rowset import RowSet, RowSetWriter
from afs_engine.data.sample import TrainingSample
from afs_engine.data.store import Entry, Made
from afs_engine.errors import InputError, LedgerError
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import AnySource, JsonlSource, OracleSource
from afs_engine.runs.steps.open_source import open_generator, source_digest, source_path
from afs_engine.stages.redaction.placeholders import Placeholders, PlaceholderState
from afs_engine.stages.scoring.entity import EntityTable
from afs_engine.stages.sources.generator import BaseGenerator

VERSION = 2
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

        source, placeholders = self.source, Placeholders(self.context.workspace.salt(), self.state)
        rules = self.context.recipe.redact
        redactor = Redactor(rules, placeholders) if rules.enabled else None
        defaults = RowDefaults(domain=source.domain, default_domain=source.name, source=source.name)
        writer = RowSetWriter(folder / ROWS)
        ingest = Ingest(writer, defaults, RowRedactor(redactor) if redactor else None)
        if isinstance(source, JsonlSource):
            ledger, records = _ingest_file(self.context, source.name, self.path, ingest, folder), None
        else:
            ledger, records = _ingest_generator(self.context, source, self.path, ingest, folder)
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


def _ingest_generator(
    context: StepContext, source: AnySource, path: Path, ingest: Ingest, folder: Path
) -> tuple[Ledger, dict[str, object]]:
    generator = open_generator(source, path, context.workspace.root)
    made = _Counting(generator)
    misshapen = ingest.add_samples(made)
    context.progress("export", made.count, note=source.name)
    if isinstance(source, OracleSource):
        _keep_symbols(path, folder)
    reasons = Counter(each.reason for each in misshapen)
    ledger = Ledger(
        stage=f"export {source.name}",
        rows_in=made.count,
        rows_out=made.count - len(misshapen),
        dropped=dict(sorted(reasons.items())),
    )
    return ledger, _records(source.name, getattr(generator, "counts", None))


class _Counting:
    """Counts samples while they pass."""

    def __init__(self, generator: BaseGenerator) -> None:
        self._generator = generator
        self.count = 0

    def __iter__(self) -> Iterator[TrainingSample]:
        for sample in self._generator.generate():
            self.count += 1
            yield sample


def _records(name: str, counts: RecordCounts | None) -> dict[str, object]:
    """What became of the records that a generator read."""
    if counts is None:
        return {}
    if counts.missing:
        raise LedgerError(
            f"source '{name}' lost count of {counts.missing} records",
            hint="this is a defect of AFS, please report it",
        )
    return {
        "read": counts.read,
        "used": counts.used,
        "skipped": dict(sorted(counts.skipped.items())),
        "unknown": dict(sorted(counts.unknown.items())),
    }


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
