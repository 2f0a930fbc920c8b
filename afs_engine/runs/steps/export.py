"""The export step: every source of the recipe becomes a row set in the store.

Owns how a recipe's source is opened and what its key depends on. One stored result a source, so
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
from afs_engine.data.quarantine import quarantine_file
from afs_engine.data.records import RecordCounts
from afs_engine.data.rowset import RowSet, RowSetWriter
from afs_engine.data.sample import TrainingSample
from afs_engine.data.store import Entry, Made
from afs_engine.errors import InputError, LedgerError
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import (
    AnySource,
    HistorySource,
    JsonlSource,
    MemorySource,
    OracleSource,
    PythonSource,
)
from afs_engine.stages.scoring.entity import EntityTable
from afs_engine.stages.sources.generator import BaseGenerator
from afs_engine.stages.sources.history import HistoryGenerator
from afs_engine.stages.sources.memory import MemoryGenerator
from afs_engine.stages.sources.oracle.generator import OracleGenerator
from afs_engine.stages.sources.oracle.symbols import read_symbols
from afs_engine.stages.sources.python_class import input_paths, load_generator

VERSION = 1
ROWS = "rows"
QUARANTINE = "quarantine.jsonl"
SYMBOLS = "symbols.json"


@dataclass(frozen=True)
class Exported:
    """One source in the store."""

    name: str
    rowset: RowSet
    entry: Entry


def export_sources(context: StepContext) -> list[Exported]:
    """All sources of the recipe, in its order."""
    return [export_source(context, source) for source in context.recipe.sources]


def export_source(context: StepContext, source: AnySource) -> Exported:
    """One source, from the store or read now. Raises InputError when it is missing or gives nothing."""
    inputs = ["export", VERSION, source.model_dump(mode="json", exclude={"path"}), _digest(context, source)]
    entry = context.store.get_or_make("export", inputs, lambda folder: _export(context, source, folder))
    return Exported(source.name, RowSet(entry.folder / ROWS), entry)


def _digest(context: StepContext, source: AnySource) -> str:
    path = context.workspace.path(source.path)
    if not path.exists():
        raise InputError(
            f"source '{source.name}' is not there", where=path, hint="check its path in the recipe"
        )
    digests = context.input_digests
    if isinstance(source, PythonSource):
        beside = input_paths(source.args, context.workspace.root)
        parts = [digests.of_tree(p) if p.is_dir() else digests.of_file(p) for p in (path, *beside)]
        return ",".join(parts)
    return digests.of_tree(path) if path.is_dir() else digests.of_file(path)


def _export(context: StepContext, source: AnySource, folder: Path) -> Made:
    defaults = RowDefaults(domain=source.domain, default_domain=source.name, source=source.name)
    writer = RowSetWriter(folder / ROWS)
    ingest = Ingest(writer, defaults)
    path = context.workspace.path(source.path)
    if isinstance(source, JsonlSource):
        ledger, records = _ingest_file(context, source.name, path, ingest, folder), None
    else:
        ledger, records = _ingest_generator(context, source, path, ingest, folder)
    info = writer.close()
    facts = {"rows": info.rows, "domains": info.domains} | ({"records": records} if records else {})
    if not info.rows:
        raise InputError(
            f"source '{source.name}' gives no sample: {ledger.reasons()}",
            where=path,
            hint="look at this path",
        )
    return Made(digest=info.digest, ledgers=[ledger.checked()], facts=facts)


def _ingest_file(context: StepContext, name: str, path: Path, ingest: Ingest, folder: Path) -> Ledger:
    with quarantine_file(folder / QUARANTINE) as quarantine:
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
    generator = _open_generator(source, path, context.workspace.root)
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


def _open_generator(source: AnySource, path: Path, root: Path) -> BaseGenerator:
    match source:
        case MemorySource():
            return MemoryGenerator(path)
        case HistorySource():
            return HistoryGenerator(path)
        case OracleSource():
            return OracleGenerator(path)
        case PythonSource():
            return load_generator(path, source.class_name, source.args, root)
        case _:
            raise AssertionError(f"{source.kind} is read as a file")


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
