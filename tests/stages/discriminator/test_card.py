"""The card: what it says of a discriminator, and who may take part in a score."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from afs_engine.stages.discriminator.blocks import Material
from afs_engine.stages.discriminator.card import (
    FEWEST_HELD_OUT,
    DiscriminatorCard,
    MaterialResult,
    read_card,
    write_card,
)
from afs_engine.stages.discriminator.discriminator import Discriminator

CODE = "    LDA $10\n    STA $12\n    INX\n    RTS"
PROSE = "The tide turns every six hours."


class Model:
    """Gives every text the same score."""

    version = "model 1"

    def score(self, texts: Sequence[str]) -> list[float | None]:
        return [0.9] * len(texts)


def result(material: Material, auc: float | None, held_out: int = FEWEST_HELD_OUT) -> MaterialResult:
    return MaterialResult(material=material, auc=auc, trained=100, held_out=held_out, kinds=())


def card(*results: MaterialResult) -> DiscriminatorCard:
    return DiscriminatorCard(kind="ngram", auc=0.8, materials=results, seed=1, data="ab")


@pytest.mark.parametrize(
    ("found", "why_not"),
    [
        (result("asm", 0.7), ""),
        (result("asm", 0.6999), "its held-out AUC is 0.699, below 0.7"),
        (result("asm", None), "its held-out AUC is not known"),
        (
            result("asm", 0.99, held_out=FEWEST_HELD_OUT - 1),
            "its AUC rests on 39 held-out texts, fewer than 40",
        ),
    ],
)
def test_a_part_must_be_earned(found: MaterialResult, why_not: str) -> None:
    assert found.why_not == why_not
    discriminator = Discriminator(Model(), card(found))
    assert discriminator.takes_part == (not why_not)
    assert discriminator.score([CODE]) == ([None] if why_not else [0.9])
    assert [why_not in remark for remark in discriminator.remarks] == ([True] if why_not else [])


def test_a_material_without_proof_has_no_score() -> None:
    discriminator = Discriminator(Model(), card(result("asm", 0.9), result("prose", 0.6)))
    assert discriminator.score([PROSE, CODE, PROSE]) == [None, 0.9, None]
    (remark,) = discriminator.remarks
    assert remark.startswith("the discriminator takes no part in the score of prose")


def test_a_model_without_a_card_takes_part_and_says_so() -> None:
    discriminator = Discriminator(Model(), None)
    assert discriminator.score([PROSE, CODE]) == [0.9, 0.9]
    assert "not known" in discriminator.remarks[0]


def test_a_cached_score_does_not_outlive_the_cards_verdict() -> None:
    versions = {Discriminator(Model(), card(result("asm", auc))).version for auc in (0.69, 0.71, 0.9)}
    assert len(versions) == 2


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_card(tmp_path) is None
    written = card(result("asm", 0.9), result("prose", None))
    write_card(tmp_path, written)
    assert read_card(tmp_path) == written
