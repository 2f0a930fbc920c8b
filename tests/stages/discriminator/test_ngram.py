"""The light discriminator: its units, its training, its file."""

from pathlib import Path

import numpy as np
import pytest

from afs_engine.errors import InputError
from afs_engine.stages.discriminator.auc import measure_auc
from afs_engine.stages.discriminator.ngram.head import Head, read_units
from afs_engine.stages.discriminator.ngram.model import WEIGHTS_FILE, NgramModel, load_ngram
from afs_engine.stages.discriminator.ngram.text_verdict import SUMMARY_SIZE, summarise
from afs_engine.stages.discriminator.ngram.training import mark_corrupted, train_head
from afs_engine.stages.discriminator.ngram.units import ALL_COLUMNS, COLUMNS, Units
from afs_engine.stages.discriminator.pairs import PairRow, Pairs

REAL = "    LDA $10 ; load\n    STA $12\n    CLC : ADC #$01\n    RTS"


@pytest.fixture(scope="module")
def head(pairs: Pairs) -> Head:
    return train_head(side(pairs, "train"), "asm")


def side(pairs: Pairs, name: str) -> list[PairRow]:
    return [row for row in pairs.rows if row.side == name and row.material == "asm"]


def test_commands_are_units_and_comments_are_not_read() -> None:
    units = read_units([REAL, REAL.replace("; load", ""), REAL.lower()], "asm")
    assert np.diff(units.text_starts).tolist() == [5, 5, 5]
    first = units.columns[: units.starts[5]]
    assert np.array_equal(first, units.columns[units.starts[5] : units.starts[10]])
    assert np.array_equal(first, units.columns[units.starts[10] :])


def test_a_text_reads_the_same_alone_and_among_others() -> None:
    together = read_units([REAL, "    INX\n    RTS", REAL], "asm")
    alone = read_units([REAL], "asm")
    assert np.array_equal(together.columns[-len(alone.columns) :], alone.columns)
    assert np.array_equal(together.columns[: len(alone.columns)], alone.columns)


def test_the_same_command_reads_otherwise_between_other_commands() -> None:
    one, other = (
        read_units([text], "asm") for text in ("    LDA $10\n    STA $12", "    STA $12\n    LDA $10")
    )
    assert sorted(one.keys) == sorted(other.keys)
    assert set(one.columns.tolist()) != set(other.columns.tolist())


def test_a_width_is_read_against_the_flags() -> None:
    narrow, wide = (read_units([f"    {name} #$20\n    LDA #$0010"], "asm") for name in ("SEP", "REP"))
    parts = [set(units.columns[units.starts[1] :].tolist()) for units in (narrow, wide)]
    assert parts[0] - parts[1] and parts[1] - parts[0]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "; a comment", "...", "\ud800\U0001f600 é", "x" * 5000, "LDA " * 3000]
)
@pytest.mark.parametrize("material", ["asm", "prose"])
def test_any_text_can_be_read(text: str, material: str) -> None:
    units = read_units([text, REAL], material)  # type: ignore[arg-type]
    assert len(units.text_starts) == 3
    assert (np.diff(units.starts) > 0).all()


def test_units_of_a_corrupted_text_are_marked_where_they_are_new() -> None:
    swapped = "    STA $12\n    LDA $10\n    CLC : ADC #$01\n    RTS"
    replaced = REAL.replace("STA $12", "STQ $12")
    units = read_units([REAL, replaced, REAL, swapped], "asm")
    marks = mark_corrupted(units)
    assert marks.tolist()[:10] == [False] * 5 + [False, True, False, False, False]
    assert marks.tolist()[10:15] == [False] * 5
    assert marks.tolist()[15:] == [True, True, True, False, False]


def test_the_summary_of_a_text_is_its_worst_units() -> None:
    logits = np.array([0.0, 3.0, -1.0, 2.0, 5.0])
    nothing = np.zeros(0, np.int32)
    units = Units(
        keys=np.array([7, 8, 7, 7, 7], np.uint64),
        columns=nothing,
        starts=nothing,
        text_starts=np.array([0, 4, 4, 5]),
        sightings=nothing,
        faulty=np.array([False, True, False, True, False]),
    )
    summary = summarise(logits, units)
    assert summary.shape == (3, SUMMARY_SIZE)
    assert summary[0, :4].tolist() == [3.0, 2.0, 0.0, 1.0]
    assert summary[2, 0] == 5.0
    assert summary[2, 1] == summary[1, 0]  # a line that is not there
    assert np.allclose(summary[:, 4], np.log([5, 1, 2]))
    assert np.isclose(summary[0, 5], np.log(np.exp(logits[:4]).sum()))
    assert np.allclose(summary[:, 6], np.log([2, 1, 1]))  # four units, two of them distinct
    assert np.allclose(summary[:, 7], np.log([3, 1, 1]))


def test_held_out_files_are_told_from_their_corruptions(head: Head, pairs: Pairs) -> None:
    held = side(pairs, "held_out")
    scores = head.score(read_units([row.text for row in held], "asm"))
    real = [score for score, row in zip(scores, held, strict=True) if row.is_real and score is not None]
    corrupted = [
        score for score, row in zip(scores, held, strict=True) if not row.is_real and score is not None
    ]
    auc = measure_auc(real, corrupted)
    assert auc is not None and auc > 0.85
    assert np.mean(real) > 0.5 > np.mean(corrupted)


def test_a_line_that_no_assembler_takes_is_not_real(head: Head) -> None:
    faulty = REAL.replace("STA $12", "STA #$12")
    real, corrupted = head.score(read_units([REAL, faulty], "asm"))
    assert real is not None and corrupted is not None and corrupted < 0.1 < real


def test_a_listing_in_a_loop_is_not_real(head: Head) -> None:
    looped = "\n".join(["    LDA $10 : STA $12"] * 8)
    real, loop = head.score(read_units([REAL, looped], "asm"))
    assert real is not None and loop is not None and loop < 0.2 < real


def test_training_twice_gives_the_same_bytes(head: Head, pairs: Pairs, tmp_path: Path) -> None:
    for name, each in (("a", head), ("b", train_head(side(pairs, "train"), "asm"))):
        (tmp_path / name).mkdir()
        NgramModel({"asm": each}).save(tmp_path / name)
    assert (tmp_path / "a" / WEIGHTS_FILE).read_bytes() == (tmp_path / "b" / WEIGHTS_FILE).read_bytes()


def test_a_saved_model_scores_as_before(head: Head, tmp_path: Path) -> None:
    texts = [REAL, "A sentence of prose.", REAL.replace("STA", "MOV"), ""]
    model = NgramModel({"asm": head})
    model.save(tmp_path)
    loaded = load_ngram(tmp_path)
    before = model.score(texts)
    assert loaded.score(texts) == before
    assert before[1] is None and before[3] is None  # no head for prose
    assert before[0] is not None and before[2] is not None and before[0] > before[2]
    assert loaded.score(texts[::-1]) == before[::-1]
    assert loaded.score([]) == []
    assert loaded.score(["    LDA $10\n    RTS"]) == [None]  # too little to tell
    assert load_ngram(tmp_path).version == loaded.version != model.version


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def pickled(path: Path) -> None:
    np.savez(path, **{"asm.columns": np.array([{"a": 1}], object), "asm.texts": np.zeros(2)})


def save_arrays(path: Path, columns: np.ndarray, files: np.ndarray) -> None:
    texts = np.zeros(SUMMARY_SIZE + 2)
    np.savez(path, **{"asm.columns": columns, "asm.texts": texts, "asm.files": files})


def misshapen(path: Path) -> None:
    save_arrays(path, np.zeros(ALL_COLUMNS, np.float32), np.zeros(4, np.uint8))


def mistyped(path: Path) -> None:
    save_arrays(path, np.zeros(ALL_COLUMNS, np.float32), np.zeros(COLUMNS))


def not_a_number(path: Path) -> None:
    columns = np.zeros(ALL_COLUMNS, np.float32)
    columns[7] = np.nan
    save_arrays(path, columns, np.zeros(COLUMNS, np.uint8))


@pytest.mark.parametrize("damage", [cut, pickled, misshapen, mistyped, not_a_number, Path.unlink])
def test_a_damaged_file_is_refused(head: Head, tmp_path: Path, damage: object) -> None:
    NgramModel({"asm": head}).save(tmp_path)
    damage(tmp_path / WEIGHTS_FILE)  # type: ignore[operator]
    with pytest.raises(InputError, match="train it again"):
        load_ngram(tmp_path)
