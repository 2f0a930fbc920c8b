"""Reading one source into a row set: its samples or lines, redacted where the recipe asks for it.

Owns what is stored with the rows. Keys and the store are `export`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from afs_engine.data.atomic import write_atomic
from afs_engine.data.ingest import Ingest, RowDefaults
from afs_engine.data.ledger import Ledger
from afs_engine.data.quarantine import late_quarantine
from afs_engine.data.rowset import RowSetWriter
from afs_engine.data.store import Made
from afs_engine.errors import InputError
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import AnySource, JsonlSource, OracleSource, RedactSection
from afs_engine.runs.steps.export import ADDRESSES, PLACEHOLDERS, QUARANTINE, ROWS, SYMBOLS
from afs_engine.runs.steps.sample_passage import SamplePassage
from afs_engine.stages.redaction.placeholders import Placeholders, PlaceholderState
from afs_engine.stages.scoring.answer_counts import AddressCounter

if TYPE_CHECKING:
    from afs_engine.stages.redaction.redactor import Redactor
    from afs_engine.stages.redaction.rows import RowRedactor

_ROWS_BETWEEN_WORDS = 5_000  # an event a block would cost more than some blocks


@dataclass(frozen=True)
class SourceReader:
    """Reads one source; `digest` is that of its input, `state` the placeholders given out before it."""

    context: StepContext
    source: AnySource
    path: Path
    digest: str
    state: PlaceholderState

    def make(self, folder: Path) -> Made:
        context, source = self.context, self.source
        placeholders = Placeholders(context.workspace.salt(), self.state)
        redactor, rows = _open_redaction(context.recipe.redact, placeholders)
        defaults = RowDefaults(domain=source.domain, default_domain=source.name, source=source.name)
        writer = RowSetWriter(folder / ROWS)
        addresses = AddressCounter(folder / ADDRESSES)
        ingest = Ingest(writer, defaults, rows, addresses)
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
        addresses.close()
        write_atomic(folder / PLACEHOLDERS, placeholders.state().model_dump_json().encode())
        facts: dict[str, object] = {"rows": info.rows, "domains": info.domains, "input_digest": self.digest}
        if records:
            facts["records"] = records
        if redactor:
            facts["redacted"] = redactor.report().counts
        return Made(digest=info.digest, ledgers=[ledger.checked()], facts=facts)


def _open_redaction(
    rules: RedactSection, placeholders: Placeholders
) -> tuple[Redactor, RowRedactor] | tuple[None, None]:
    """What redacts, and what it does to rows; nothing where the recipe has it off."""
    if not rules.enabled:
        return None, None
    from afs_engine.stages.redaction.redactor import Redactor  # its rules take a while to compile
    from afs_engine.stages.redaction.rows import RowRedactor

    redactor = Redactor(rules, placeholders)
    return redactor, RowRedactor(redactor)


def _ingest_file(context: StepContext, name: str, path: Path, ingest: Ingest, folder: Path) -> Ledger:
    told = 0

    def tell(kept: int) -> None:
        nonlocal told
        if kept - told >= _ROWS_BETWEEN_WORDS:
            told = kept
            context.progress("export", kept, note=name)

    with late_quarantine(folder / QUARANTINE) as quarantine:
        tally = ingest.add_file(path, quarantine, tell)
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
