"""Loading the input files of a stand-alone command into row sets, in a temporary folder.

Owns what happens to lines that can't be used: they go to a quarantine file beside the output, never
unseen. Knows no command.
"""

import os.path
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.atomic import TEMP_MARK, storage_error
from afs_engine.data.display import show_path
from afs_engine.data.ingest import Ingest, RowDefaults
from afs_engine.data.input_names import file_stem
from afs_engine.data.ledger import Ledger
from afs_engine.data.output_paths import refuse_overwriting
from afs_engine.data.quarantine import LateQuarantine, late_quarantine
from afs_engine.data.rowset import RowSet, RowSetWriter
from afs_engine.errors import InputError


@dataclass(frozen=True)
class LoadedFiles:
    """Row sets in the order of the inputs; `stems` are their names without folder and suffixes.

    `quarantined` lines went to `quarantine`, which is None where there were none.
    """

    rowsets: list[RowSet]
    stems: list[str]
    quarantined: int
    quarantine: Path | None

    @property
    def rows(self) -> int:
        return sum(rowset.rows for rowset in self.rowsets)

    def account(self, ledger: Ledger) -> Ledger:
        """A command's ledger with the inputs' unusable lines counted in."""
        update = {"rows_in": ledger.rows_in + self.quarantined, "quarantined": self.quarantined}
        return ledger.model_copy(update=update).checked()


@contextmanager
def loaded_files(
    paths: Sequence[Path],
    output: Path,
    defaults: RowDefaults | None = None,
    parts: Sequence[str] = (),
) -> Iterator[LoadedFiles]:
    """The inputs as row sets, for as long as the block lasts. `output` decides where temporaries lie.

    `parts` are the files that are to be written where `output` is a folder. Raises UsageError where an
    input would be overwritten, InputError for an unreadable one, or where none holds a usable row.
    """
    quarantine = output.parent / f"{output.name}.quarantine.jsonl"
    refuse_overwriting(paths, [quarantine, *([output / name for name in parts] or [output])])
    home = output if os.path.isdir(output) else output.parent  # noqa: PTH112 - never an error
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=TEMP_MARK, dir=home))
    except OSError as error:
        raise storage_error(error, home) from error
    try:
        yield _load(paths, folder, quarantine, defaults or RowDefaults())
    except OSError as error:
        raise storage_error(error, output) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load(paths: Sequence[Path], folder: Path, quarantine_path: Path, defaults: RowDefaults) -> LoadedFiles:
    rowsets = []
    with late_quarantine(quarantine_path) as quarantine:
        for number, path in enumerate(paths):
            writer = RowSetWriter(folder / f"input-{number}")
            Ingest(writer, defaults).add_file(path, quarantine, lambda _kept: None)
            writer.close()
            rowsets.append(RowSet(writer.folder))
    if not any(rowset.rows for rowset in rowsets):
        raise _no_row(paths, quarantine)
    refused = quarantine.count
    stems = [file_stem(path) for path in paths]
    return LoadedFiles(rowsets, stems, refused, quarantine_path if refused else None)


def _no_row(paths: Sequence[Path], quarantine: LateQuarantine) -> InputError:
    shown = ", ".join(show_path(path) for path in paths)
    if quarantine.first is None:
        return InputError(f"no usable row in {shown}: nothing is in it", hint="check the path")
    path, bad = quarantine.first
    why = f"{show_path(path)}:{bad.line}: {bad.reason}" + (f": {bad.detail}" if bad.detail else "")
    return InputError(
        f"no usable row in {shown}; the first is {why}",
        hint="`afs training validate --input FILE` lists them",
    )
