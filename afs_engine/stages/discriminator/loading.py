"""Opening a discriminator's folder, of either kind, or a foreign ELECTRA.

Owns only the choice, by the card in the folder. Imports neither torch nor transformers.
"""

from pathlib import Path

from afs_engine.stages.discriminator.card import read_card
from afs_engine.stages.discriminator.discriminator import Discriminator
from afs_engine.stages.discriminator.electra.folder import check_model_folder
from afs_engine.stages.discriminator.electra.model import ElectraModel
from afs_engine.stages.discriminator.ngram.model import load_ngram

_MOST_TEXTS = 64


def load_discriminator(folder: Path, *, device: str = "cpu", batch_size: int = _MOST_TEXTS) -> Discriminator:
    """The discriminator in `folder`; `device` and `batch_size` (texts a model call) concern ELECTRA alone.

    Raises MissingPartError where the folder is not there, InputError where it holds none that can be used.
    """
    card = read_card(folder)
    if card is not None and card.kind == "ngram":
        return Discriminator(load_ngram(folder), card)
    check_model_folder(folder)
    fast = card.fast if card else None
    return Discriminator(ElectraModel(folder, device=device, batch_size=batch_size, fast=fast), card)
