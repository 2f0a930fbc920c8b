"""Stand-alone conversion of a file to a trainer's format."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from afs_engine.data.ledger import Ledger
from afs_engine.runs.files.load import LoadedFiles, loaded_files
from afs_engine.runs.files.write import write_rows
from afs_engine.stages.formats.convert import Converter, find_format


class ConvertReport(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    format: str
    rows: int
    ledger: Ledger
    quarantine: str | None


def convert_file(source: Path, output: Path, format_name: str, system_prompt: str = "") -> ConvertReport:
    """Writes every row in the format; each line is read back before it counts."""
    converter = Converter(find_format(format_name), system_prompt)
    with loaded_files([source], output) as loaded:
        write_rows(
            loaded.rowsets,
            {output: np.arange(loaded.rows)},
            lambda _numbers, lines: converter.convert(lines),
            lambda: _account(loaded, converter),
        )
        ledger = _account(loaded, converter)
        return ConvertReport(
            output=str(output),
            format=format_name,
            rows=ledger.rows_out,
            ledger=ledger,
            quarantine=str(loaded.quarantine) if loaded.quarantine else None,
        )


def _account(loaded: LoadedFiles, converter: Converter) -> Ledger:
    """What became of the rows. Raises EmptyResultError where the format can hold none of them."""
    notes = {"history left out": converter.history_left_out} if converter.history_left_out else {}
    rows_out = loaded.rows - sum(converter.dropped.values())
    ledger = Ledger(
        stage="convert", rows_in=loaded.rows, rows_out=rows_out, dropped=converter.dropped, notes=notes
    )
    return loaded.account(ledger)
