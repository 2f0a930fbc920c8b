"""Training a discriminator of either kind on pairs, and examining it on those held out.

Owns the steps: train on one side, score the other, write the card. The kinds stand in `ngram` and
`electra`.
"""

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from afs_engine.stages.discriminator.blocks import MATERIALS
from afs_engine.stages.discriminator.card import DiscriminatorCard, Kind, write_card
from afs_engine.stages.discriminator.discriminator import TextScorer
from afs_engine.stages.discriminator.electra.training import ElectraPlan
from afs_engine.stages.discriminator.examination import examine, overall_auc
from afs_engine.stages.discriminator.pairs import PairRow
from afs_engine.stages.discriminator.pairs_file import digest_pairs

_PACKAGES: dict[Kind, tuple[str, ...]] = {
    "ngram": ("afs", "numpy"),
    "electra": ("afs", "torch", "transformers", "tokenizers", "openvino"),
}

Watch = Callable[[int, int, float], None]
"""Called after each step of an ELECTRA's training with its number, the number of all, and the loss."""


def train_ngram(rows: Sequence[PairRow], folder: Path, seed: int) -> DiscriminatorCard:
    """Trains the light discriminator, a head a material, and saves it with its card in `folder`."""
    from afs_engine.stages.discriminator.ngram.model import NgramModel
    from afs_engine.stages.discriminator.ngram.training import train_head

    train = [row for row in rows if row.side == "train"]
    heads = {
        material: train_head(part, material)
        for material in MATERIALS
        if (part := [row for row in train if row.material == material])
    }
    folder.mkdir(parents=True, exist_ok=True)
    model = NgramModel(heads)
    model.save(folder)
    card = _examine(model, rows, "ngram", seed)
    write_card(folder, card)
    return card


def train_electra_model(
    rows: Sequence[PairRow], folder: Path, plan: ElectraPlan, watch: Watch
) -> DiscriminatorCard:
    """Trains an ELECTRA and saves it with its card, and with a quicker engine where one ranks alike."""
    from afs_engine.stages.discriminator.electra.fast_path import find_fast_path
    from afs_engine.stages.discriminator.electra.model import ElectraModel
    from afs_engine.stages.discriminator.electra.training import train_electra

    train = [row for row in rows if row.side == "train"]
    folder.mkdir(parents=True, exist_ok=True)
    train_electra(train, plan, folder, watch)
    card = _examine(ElectraModel(folder, device=plan.device), rows, "electra", plan.seed)
    fast = find_fast_path(folder, [row.text for row in train])
    card = card.model_copy(update={"base": plan.base or "from scratch", "fast": fast})
    write_card(folder, card)
    return card


def _examine(model: TextScorer, rows: Sequence[PairRow], kind: Kind, seed: int) -> DiscriminatorCard:
    scores = model.score([row.text for row in rows if row.side == "held_out"])
    return DiscriminatorCard(
        kind=kind,
        auc=overall_auc(rows, scores),
        materials=examine(rows, scores),
        seed=seed,
        data=digest_pairs(rows),
        versions=_read_versions(_PACKAGES[kind]),
    )


def _read_versions(packages: Sequence[str]) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
