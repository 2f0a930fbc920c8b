"""What is an address or a symbol in an output, and what of it is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.scoring import text_block
from afs_engine.stages.scoring.entity import entity_score, entity_scores
from afs_engine.stages.scoring.entity_table import EntityTable

NO_TREE = EntityTable()
TREE = EntityTable(
    addresses=frozenset({0x7EF36C, 0x008000, 0x06ACF1}),
    symbols=frozenset({"!LinkHP", "!max_hp", "Link_HandleSword", "NMI", "loop", "Main"}),
)


@pytest.mark.parametrize(
    "text",
    [
        "STA $2100",
        "sta.w $4300,x",
        "LDA.l $7EF36C : STA ($7E0010),Y",
        "registers $2140-$2143, (`$4016`) and [$2180].",
        "LDA $802100",
        "dl $7E0000, $7E2000",
        "LDA $0010 ; zero page",
    ],
)
def test_documented_addresses_are_known_without_a_tree(text: str) -> None:
    assert entity_score(text, NO_TREE) == 1.0


@pytest.mark.parametrize("text", ["STA $2199", "LDA $5123", "LDA $00213F,X : STA $402F"])
def test_gaps_of_the_map_are_unknown(text: str) -> None:
    score = entity_score(text, NO_TREE)
    assert score is not None
    assert score < 1.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It just says hello.",
        "LDA #$2199 : AND #$10 : CMP.w #$0100",  # immediates
        "AND $10 : LDX $7F : a $5 coffee, $99",  # two digits
        "dw $2199, $5123,$5124 : db $01, $5125",  # data words
        "DW\t$2199\n  dd $5000",
        "$5 or $19.99 or $1,200 or $5,123,456",
        "It costs $5123 and the other $5123 each.",
        "paid $5123, $5123 per month, $5123/yr, $5123.50, $5123 USD, $512300 a year",
        "US$5123 and A$5123",
        "echo $5123abx $51234567 $HOME ${5123} $1 $%5123",
        "LDA $123",
        "$\u0661\u0662\u0663\u0664 in other digits",
    ],
)
def test_what_is_no_entity(text: str) -> None:
    assert entity_score(text, NO_TREE) is None


def test_a_price_must_look_like_one() -> None:
    assert entity_score("STA $5123 per frame", NO_TREE) == 0.0
    assert entity_score("STA $5123 each frame", NO_TREE) == 0.0
    assert entity_score("it costs $0123", NO_TREE) == 1.0
    assert entity_score("it costs $51A3", NO_TREE) == 0.0


def test_cartridge_addresses_are_judged_only_with_a_tree() -> None:
    text = "org $008000 : JSL $06ACF2 : JML $86ACF1"
    assert entity_score(text, NO_TREE) is None
    assert entity_score(text, TREE) == pytest.approx(2 / 3)


def test_an_address_without_bank_matches_any_bank_of_the_tree() -> None:
    assert entity_score("LDA $F36C : LDA $ACF1", TREE) == 1.0
    assert entity_score("LDA $F36D", TREE) == 0.0


def test_work_ram_has_no_mirror_128_banks_away() -> None:
    assert entity_score("LDA $FEF36C", TREE) == 0.0


def test_defines_are_entities_and_known_by_the_tree() -> None:
    assert entity_score("LDA !LinkHP : CMP !max_hp", TREE) == 1.0
    assert entity_score("LDA !LinkHP : STA.w !LinkMana,X", TREE) == 0.5
    assert entity_score("Hello! Great!Work != 3 !! !", TREE) is None


def test_a_define_is_not_the_label_of_its_name() -> None:
    assert entity_score("LDA !Link_HandleSword", TREE) == 0.0


def test_labels_count_only_where_known_and_not_as_plain_words() -> None:
    assert entity_score("JSR Link_HandleSword ; see NMI", TREE) == 1.0
    assert entity_score("JSR Link_HandleShield", TREE) is None
    assert entity_score("the main loop, Main, XLink_HandleSword, Link_HandleSword2", TREE) is None
    assert entity_score("JSR Link_HandleSword : STA $2199", TREE) == 0.5


def test_without_a_tree_defines_are_not_judged() -> None:
    assert entity_score("if (!ok) return !important", NO_TREE) is None


def test_rows_do_not_touch_each_other() -> None:
    rows = ["STA $21", "00", "#", "$2100", "dw", "$5123", "", "costs", "$5123", "!Link", "HP"]
    rows.append("a $5123\ud800 \u00e9")
    scores = entity_scores(rows, TREE)
    assert [None if math.isnan(score) else float(score) for score in scores] == [
        entity_score(row, TREE) for row in rows
    ]


def test_no_rows_give_no_scores() -> None:
    assert entity_scores([], NO_TREE).shape == (0,)


PIECES = st.sampled_from(
    ["$2100", "$7EF36C", "$2199", "#$2199", " ", "\n", ",", "dw ", "$10", "!LinkHP", "!Nope", "é", "😀", "x"]
)
TEXTS = st.lists(st.lists(PIECES, max_size=12).map("".join), max_size=12)


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.sampled_from([1, 20, 1 << 20]))
def test_how_rows_are_cut_into_blocks_changes_nothing(texts: list[str], block_characters: int) -> None:
    whole = [entity_scores([text], TREE)[0] for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_block, "_BLOCK_CHARACTERS", block_characters)
        np.testing.assert_array_equal(entity_scores(texts, TREE), np.array(whole, np.float32))
