"""Pairs: balance, sides, accidents, the file."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from afs_engine.errors import EmptyResultError, InputError
from afs_engine.stages.discriminator.blocks import Block
from afs_engine.stages.discriminator.corruption import kinds
from afs_engine.stages.discriminator.pairs import HELD_OUT_SHARE, PairRow, Pairs, make_pairs
from afs_engine.stages.discriminator.pairs_file import digest_pairs, read_pairs, write_pairs

CODE = "    LDA $10\n    STA $12,X\n    INX\n    RTS"


def test_a_real_text_and_its_corruption_follow_each_other(pairs: Pairs, blocks: list[Block]) -> None:
    real = {block.text for block in blocks}
    for first, second in zip(pairs.rows[::2], pairs.rows[1::2], strict=True):
        assert first.is_real and not second.is_real
        assert first.text in real and second.text not in real
        assert (first.pair, first.group, first.side) == (second.pair, second.group, second.side)


def test_no_file_is_on_both_sides(pairs: Pairs) -> None:
    sides = defaultdict(set)
    for row in pairs.rows:
        sides[row.material, row.group].add(row.side)
    assert all(len(found) == 1 for found in sides.values())
    held = sum(row.side == "held_out" for row in pairs.rows if row.material == "asm")
    total = sum(row.material == "asm" for row in pairs.rows)
    assert abs(held / total - HELD_OUT_SHARE) < 0.1


def test_kinds_are_in_balance(pairs: Pairs) -> None:
    counts = Counter(row.kind for row in pairs.rows if row.material == "asm" and not row.is_real)
    rare = counts.pop("broken register width")  # few blocks show REP or SEP before an immediate
    assert rare
    assert max(counts.values()) - min(counts.values()) <= 1


def test_the_same_seed_gives_the_same_pairs(blocks: list[Block], pairs: Pairs) -> None:
    assert make_pairs(blocks, 3).rows == pairs.rows
    assert make_pairs(blocks, 4).rows != pairs.rows


def test_every_block_is_accounted_for(pairs: Pairs, blocks: list[Block]) -> None:
    assert pairs.ledger.rows_in == len(blocks)
    assert pairs.ledger.rows_out == len(pairs.rows) // 2
    assert pairs.ledger.missing == 0


def test_a_corruption_that_is_real_elsewhere_is_discarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every corruption offered turns one file's block into the other's."""
    other = CODE.replace("LDA", "LDX")
    blocks = [Block(CODE, "asm", "a.asm"), Block(other, "asm", "b.asm")]
    monkeypatch.setattr(
        "afs_engine.stages.discriminator.pairs.corrupt", lambda text, *_: other if text == CODE else CODE
    )
    with pytest.raises(EmptyResultError):
        make_pairs(blocks, 1)


def test_a_claimed_fault_that_assembles_and_stands_elsewhere_is_discarded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blocks = [Block(CODE, "asm", "a.asm"), Block("    LDY $10\n    INX\n    RTS", "asm", "b.asm")]
    monkeypatch.setitem(kinds.KINDS, "asm", ("bad hex digit",))
    monkeypatch.setattr(
        "afs_engine.stages.discriminator.pairs.corrupt", lambda text, *_: text.replace("LDA $10", "LDY $10")
    )
    with pytest.raises(EmptyResultError):
        make_pairs(blocks, 1)


def test_one_file_alone_can_hold_nothing_out() -> None:
    with pytest.raises(EmptyResultError, match="two files"):
        make_pairs([Block(CODE, "asm", "a.asm")], 1)


def test_the_file_gives_back_what_was_written(pairs: Pairs, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    write_pairs(pairs.rows, path)
    assert read_pairs(path) == list(pairs.rows)
    first = path.read_bytes()
    write_pairs(pairs.rows, path)
    assert path.read_bytes() == first
    assert digest_pairs(pairs.rows) != digest_pairs(pairs.rows[2:])


ROWS = [
    PairRow("LDA $10", "real", "asm", "a", "train", 0),
    PairRow("LQA $10", "unknown mnemonic", "asm", "a", "train", 0),
]


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda lines: [lines[0], b'{"text": 3}'], 2),
        (lambda lines: [b"\xff\xfe"], 1),
        (lambda lines: lines[::-1], 1),
        (lambda lines: [lines[0], lines[0]], 2),
        (lambda lines: [lines[0], lines[1].replace(b'"pair":0', b'"pair":1')], 2),
        (lambda lines: lines[:1], None),
        (lambda lines: [], None),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, damage: object, line: int | None) -> None:
    path = tmp_path / "pairs.jsonl"
    write_pairs(ROWS, path)
    path.write_bytes(b"".join(each + b"\n" for each in damage(path.read_bytes().splitlines())))  # type: ignore[operator]
    with pytest.raises(InputError, match="discriminator data") as refused:
        read_pairs(path)
    assert refused.value.where is not None
    assert refused.value.where.line == line


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_pairs(tmp_path / "pairs.jsonl")
