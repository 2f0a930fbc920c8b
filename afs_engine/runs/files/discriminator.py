"""Stand-alone making of a discriminator: pairs from a tree or from samples, and a model from pairs.

Owns the files and folders of both. Data, kinds of models and their examination stand in
`stages.discriminator`.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.atomic import TEMP_MARK, storage_error
from afs_engine.data.ledger import Ledger
from afs_engine.data.row_reader import RowReader
from afs_engine.errors import UsageError
from afs_engine.events import AnyEvent, MetricPoint, Progress
from afs_engine.runs.files.load import LoadedFiles, loaded_files
from afs_engine.stages.discriminator.blocks import Material, cut_assembly, cut_prose, cut_samples
from afs_engine.stages.discriminator.card import CARD_FILE, DiscriminatorCard, Kind
from afs_engine.stages.discriminator.corruption.kinds import KINDS, told_by
from afs_engine.stages.discriminator.electra.training import SCRATCH, ElectraPlan
from afs_engine.stages.discriminator.pairs import PairRow, Pairs, make_pairs
from afs_engine.stages.discriminator.pairs_file import read_pairs, write_pairs
from afs_engine.stages.discriminator.training import train_electra_model, train_ngram
from afs_engine.stages.sources.oracle.tree import read_tree

Emit = Callable[[AnyEvent], None]


class _Report(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KindCount(_Report):
    """How many pairs there are of a kind of corruption, and who can tell it."""

    kind: str
    material: Material
    told_by: Literal["assembler", "reader"]
    train: int
    held_out: int


class PairsReport(_Report):
    """`unread` maps a file of the tree that was left out to the reason; the ledger counts blocks."""

    output: str
    pairs: int
    kinds: list[KindCount]
    ledger: Ledger
    unread: dict[str, str]
    quarantine: str | None


class TrainingReport(_Report):
    """Where the discriminator is, what it says of itself, and what a person should know of it."""

    output: str
    card: DiscriminatorCard
    remarks: list[str]


class DiscriminatorSettings(_Report):
    """`base`, `epochs` and `device` concern ELECTRA alone; no base means a small one from scratch."""

    kind: Kind = "ngram"
    base: str = SCRATCH
    epochs: int = Field(default=3, ge=1)
    seed: int = Field(default=42, ge=0)
    device: str = "cpu"


class _Sample(msgspec.Struct, gc=False):
    output: str
    group: str = ""


def make_pairs_from_tree(root: Path, output: Path, *, seed: int) -> PairsReport:
    """Pairs from the assembly and the Markdown documents of a source tree, split by file."""
    tree = read_tree(root)
    blocks = cut_assembly([(text.path, text.lines) for text in tree.assembly], seed)
    blocks += cut_prose([(text.path, text.lines) for text in tree.documents])
    pairs = make_pairs(blocks, seed)
    write_pairs(pairs.rows, output)
    return _report_pairs(pairs, pairs.ledger, output, dict(tree.unread), None)


def make_pairs_from_samples(sources: Sequence[Path], output: Path, *, seed: int) -> PairsReport:
    """Pairs from the outputs of samples, split by their groups; the ledger counts samples."""
    with loaded_files(sources, output) as loaded:
        blocks = cut_samples(_read_outputs(loaded))
        pairs = make_pairs(blocks, seed)
        write_pairs(pairs.rows, output)
        extra = loaded.rows - len(blocks)
        dropped = {"empty or equal to another": extra} if extra else {}
        update = {"rows_in": loaded.rows, "dropped": {**pairs.ledger.dropped, **dropped}}
        ledger = loaded.account(pairs.ledger.model_copy(update=update))
        return _report_pairs(pairs, ledger, output, {}, loaded.quarantine)


def _read_outputs(loaded: LoadedFiles) -> Iterator[tuple[str, str]]:
    """Outputs with their groups; a sample without one is a group of its own."""
    decode = msgspec.json.Decoder(_Sample).decode
    with RowReader(loaded.rowsets) as reader:
        for numbers, lines in reader.blocks(np.arange(loaded.rows)):
            for number, line in zip(numbers.tolist(), lines, strict=True):
                sample = decode(line)
                yield sample.output, sample.group or f"row {number}"


def _report_pairs(
    pairs: Pairs, ledger: Ledger, output: Path, unread: dict[str, str], quarantine: Path | None
) -> PairsReport:
    counts = Counter((row.kind, row.side) for row in pairs.rows if not row.is_real)
    kinds = [
        KindCount(
            kind=kind,
            material=material,
            told_by=told_by(kind),
            train=counts[kind, "train"],
            held_out=counts[kind, "held_out"],
        )
        for material, names in KINDS.items()
        for kind in names
        if counts[kind, "train"] or counts[kind, "held_out"]
    ]
    return PairsReport(
        output=str(output),
        pairs=len(pairs.rows) // 2,
        kinds=kinds,
        ledger=ledger,
        unread=unread,
        quarantine=str(quarantine) if quarantine else None,
    )


def train_discriminator(
    data: Path, output: Path, settings: DiscriminatorSettings, emit: Emit
) -> TrainingReport:
    """Trains on a pairs file; `output` is replaced by the new discriminator when that is whole."""
    rows = read_pairs(data)
    with _replaced_folder(output) as folder:
        card = _train(rows, folder, settings, emit)
    remarks = card.remarks()
    return TrainingReport(output=str(output), card=card, remarks=remarks)


def _train(
    rows: Sequence[PairRow], folder: Path, settings: DiscriminatorSettings, emit: Emit
) -> DiscriminatorCard:
    if settings.kind == "ngram":
        return train_ngram(rows, folder, settings.seed)
    plan = ElectraPlan(settings.base, settings.epochs, settings.seed, settings.device)

    def watch(step: int, steps: int, loss: float) -> None:
        emit(MetricPoint(name="train_loss", step=step, value=loss))
        emit(Progress(stage="train", done=step, total=steps, unit="steps"))

    return train_electra_model(rows, folder, plan, watch)


@contextmanager
def _replaced_folder(target: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `target` when the block ends well.

    Raises UsageError where `target` holds something else than a discriminator.
    """
    if target.exists() and not (target / CARD_FILE).is_file() and not _is_empty(target):
        raise UsageError(
            f"{target} holds something else than a discriminator", hint="name a new or an empty folder"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=TEMP_MARK, dir=target.parent))
    except OSError as error:
        raise storage_error(error, target) from error
    try:
        made = scratch / "new"
        made.mkdir()
        yield made
        if target.exists():
            target.rename(scratch / "old")
        made.rename(target)
    except OSError as error:
        raise storage_error(error, target) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())
