"""What a discriminator says of itself, in the file `discriminator.json` of its folder.

Owns the file and the rule that a discriminator must have earned its part in a score. Importable
without numpy or torch.
"""

import math
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import InputError
from afs_engine.stages.discriminator.blocks import Material

CARD_FILE = "discriminator.json"
LOWEST_AUC = 0.7
"""Held-out AUC below which a discriminator takes no part in a score (DESIGN.md section 4)."""
FEWEST_HELD_OUT = 40
"""Held-out texts below which the AUC says nothing: of 16 it is off by 0.15 as a rule."""

Kind = Literal["ngram", "electra"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KindResult(_Part):
    """How well one kind of corruption is told from real text, over `corrupted` held-out texts."""

    kind: str
    told_by: Literal["assembler", "reader"]
    corrupted: int = Field(ge=0)
    auc: float | None


class MaterialResult(_Part):
    """The examination on held-out texts of one material; numbers count texts, real and corrupted."""

    material: Material
    auc: float | None
    trained: int = Field(ge=0)
    held_out: int = Field(ge=0)
    kinds: tuple[KindResult, ...]

    @property
    def takes_part(self) -> bool:
        return self.why_not == ""

    @property
    def why_not(self) -> str:
        """Why this material gets no score; "" where it does."""
        if self.auc is None:
            return "its held-out AUC is not known"
        if self.held_out < FEWEST_HELD_OUT:
            return f"its AUC rests on {self.held_out} held-out texts, fewer than {FEWEST_HELD_OUT}"
        shown = math.floor(self.auc * 1000) / 1000  # not 0.70 for what is below it
        return "" if self.auc >= LOWEST_AUC else f"its held-out AUC is {shown:g}, below {LOWEST_AUC:g}"


class FastPath(_Part):
    """A quicker way to the same ranking: its agreement and speed against plain torch, on one thread.

    Measured when the model was trained, on that machine. `speed_ratio` is in texts per CPU second.
    """

    engine: Literal["openvino"]
    precision: Literal["f32", "bf16"]
    spearman: float
    speed_ratio: float


class DiscriminatorCard(_Part):
    """`auc` is over all held-out texts; `data` is the digest of the pairs, `base` what was trained on."""

    format: Literal[1] = 1
    kind: Kind
    auc: float | None
    materials: tuple[MaterialResult, ...]
    seed: int
    data: str
    base: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    fast: FastPath | None = None

    @property
    def accepted(self) -> frozenset[Material]:
        """The materials that this discriminator may score."""
        return frozenset(result.material for result in self.materials if result.takes_part)

    def remarks(self) -> list[str]:
        """What takes no part and why, a sentence each."""
        return [
            f"the discriminator takes no part in the score of {_NAMES[result.material]}: {result.why_not}"
            for result in self.materials
            if not result.takes_part
        ]


_NAMES: dict[Material, str] = {"asm": "assembly", "prose": "prose"}


def read_card(folder: Path) -> DiscriminatorCard | None:
    """The folder's card; None where it has none, as a model of another origin.

    Raises InputError where the file is no card.
    """
    path = folder / CARD_FILE
    if not path.is_file():
        return None
    try:
        return DiscriminatorCard.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(
            f"not a discriminator's card: {place}: {first['msg']}".replace(": :", ":"),
            where=path,
            hint="train the discriminator again with `afs discriminator train`",
        ) from error


def write_card(folder: Path, card: DiscriminatorCard) -> None:
    write_atomic(folder / CARD_FILE, card.model_dump_json(indent=1).encode() + b"\n")
