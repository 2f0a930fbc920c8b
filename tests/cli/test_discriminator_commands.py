"""From a source tree to filtered samples: data, train, score and filter as a person calls them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import afs_engine
from afs_engine.runs.files.discriminator import (
    DiscriminatorSettings,
    make_pairs_from_tree,
    train_discriminator,
)
from afs_engine.stages.discriminator.card import CARD_FILE, read_card
from tests.cli.conftest import Ask
from tests.program import read_rows, write_rows

Done = Callable[..., Any]
SAMPLE_TREE = Path(afs_engine.__file__).parent / "sample" / "sources" / "tidewake"
ROUTINE = "    REP #$20\n    LDA $0E20,X\n    CLC : ADC #$0010\n    STA $0E20,X\n    SEP #$20\n    RTL"
PROSE = "Ring the bell at the harbor, and count to six before you step on the stairs of the keep."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pairs of the sample tree and a model trained on them."""
    folder = tmp_path_factory.mktemp("made")
    make_pairs_from_tree(SAMPLE_TREE, folder / "pairs.jsonl", seed=2)
    settings = DiscriminatorSettings()
    train_discriminator(folder / "pairs.jsonl", folder / "model", settings, lambda event: None)
    return folder


@pytest.fixture
def pairs(tmp_path: Path, made: Path) -> Path:
    return Path(shutil.copy(made / "pairs.jsonl", tmp_path))


@pytest.fixture
def model(tmp_path: Path, made: Path) -> Path:
    return Path(shutil.copytree(made / "model", tmp_path / "model"))


def samples(tmp_path: Path) -> Path:
    outputs = [ROUTINE, ROUTINE.replace("STA", "MOV"), PROSE]
    rows = [{"instruction": f"{n}?", "output": text, "domain": "asm"} for n, text in enumerate(outputs)]
    return write_rows(tmp_path / "in.jsonl", rows)


def edit_card(model: Path, **changes: Any) -> None:
    """Changes the card's result for assembly."""
    card = json.loads((model / CARD_FILE).read_text())
    card["materials"][0] |= changes
    (model / CARD_FILE).write_text(json.dumps(card))


def test_data_counts_every_block_and_kind(tmp_path: Path, done: Done) -> None:
    report = done("discriminator", "data", "--tree", SAMPLE_TREE, "--output", "pairs.jsonl")
    rows = read_rows(tmp_path / "pairs.jsonl")
    assert report["pairs"] == len(rows) // 2 == report["ledger"]["rows_out"]
    assert sum(kind["train"] + kind["held_out"] for kind in report["kinds"]) == report["pairs"]
    assert [row["label"] for row in rows] == [1, 0] * report["pairs"]


def test_data_is_made_of_samples_too(tmp_path: Path, done: Done) -> None:
    rows = [
        {
            "instruction": "?",
            "output": f"The tide turns at {n}. The doors turn too. Wait!",
            "group": f"g{n // 4}",
        }
        for n in range(40)
    ]
    write_rows(tmp_path / "in.jsonl", [*rows, rows[0]])
    report = done("discriminator", "data", "--input", "in.jsonl", "--output", "pairs.jsonl")
    assert report["ledger"]["rows_in"] == 41
    assert report["ledger"]["dropped"]["empty or equal to another"] == 1
    assert {kind["material"] for kind in report["kinds"]} == {"prose"}


def test_a_trained_model_says_how_good_it_is(tmp_path: Path, pairs: Path, ask: Ask, done: Done) -> None:
    answer = ask("discriminator", "train", "--data", pairs, "--output", "model")
    assert answer.code == 0
    assert "unknown mnemonic            asm    assembler" in answer.out
    assert "no part in the score of prose: its AUC rests on" in answer.err
    card = read_card(tmp_path / "model")
    assert card is not None
    assert card.accepted == {"asm"}
    assert card.auc is not None and card.auc > 0.8
    report = done("discriminator", "train", "--data", pairs, "--output", "model")
    assert report["card"] == card.model_dump(mode="json")
    assert len(report["remarks"]) == 1


def test_score_uses_the_model_for_what_it_has_proved(
    tmp_path: Path, model: Path, pairs: Path, done: Done
) -> None:
    held = [row for row in read_rows(pairs) if row["side"] == "held_out" and row["material"] == "asm"]
    texts = [row["text"] for row in held] + [PROSE]
    rows = [{"instruction": f"{n}?", "output": text} for n, text in enumerate(texts)]
    write_rows(tmp_path / "in.jsonl", rows)
    limits = ("--model", model, "--profile", "asm")
    report = done("discriminator", "score", "--input", "in.jsonl", "--output", "out.jsonl", *limits)
    assert [remark for remark in report["remarks"] if "of prose" in remark] == report["remarks"] != []
    scored = read_rows(tmp_path / "out.jsonl")
    assert scored[-1]["quality_components"]["electra"] is None
    kept = done(
        "discriminator", "filter", "--input", "out.jsonl", "--output", "good.jsonl", "--min-score", 0.85
    )
    labels = {row["text"]: row["label"] for row in held}
    good = [labels[row["output"]] for row in read_rows(tmp_path / "good.jsonl") if row["output"] in labels]
    assert kept["rows"] > len(held) / 5
    assert sum(good) / len(good) > 0.85


def test_a_model_below_the_threshold_takes_no_part(tmp_path: Path, model: Path, ask: Ask) -> None:
    edit_card(model, auc=0.69)
    source = samples(tmp_path)
    with_model = ask("discriminator", "score", "--input", source, "--output", "a.jsonl", "--model", model)
    assert "no part in the score of assembly: its held-out AUC is 0.69, below 0.7" in with_model.err
    ask("discriminator", "score", "--input", source, "--output", "b.jsonl", "--no-electra")
    rows, without = read_rows(tmp_path / "a.jsonl"), read_rows(tmp_path / "b.jsonl")
    assert [row["quality_score"] for row in rows] == [row["quality_score"] for row in without]
    assert [row["quality_components"]["electra"] for row in rows] == [None, None, None]
    assert all("electra" not in row["quality_components"] for row in without)


def test_a_second_scoring_asks_no_model(
    tmp_path: Path, model: Path, done: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("--input", samples(tmp_path), "--model", model)
    done("discriminator", "score", *arguments, "--output", "a.jsonl")
    monkeypatch.setattr("afs_engine.stages.discriminator.ngram.head.Head.score", None)
    done("discriminator", "score", *arguments, "--output", "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_damaged_cache_is_told(tmp_path: Path, done: Done) -> None:
    (tmp_path / ".afs").mkdir()
    (tmp_path / ".afs" / "scores.sqlite").write_text("no database\n" * 400)
    arguments = ("--input", samples(tmp_path), "--output", "a.jsonl", "--profile", "asm")
    (remark,) = done("discriminator", "score", *arguments)["remarks"]
    assert remark.startswith("the score cache was damaged and is begun anew")


def test_an_electra_is_trained_and_scores(tmp_path: Path, pairs: Path, done: Done) -> None:
    few = [row for row in read_rows(pairs) if row["material"] == "asm"]
    train = [row for row in few if row["side"] == "train"][:80]
    write_rows(tmp_path / "few.jsonl", train + [row for row in few if row["side"] == "held_out"][:40])
    arguments = ("--data", "few.jsonl", "--output", "electra", "--kind", "electra", "--epochs", 1)
    card = done("discriminator", "train", *arguments)["card"]
    assert card["kind"] == "electra"
    assert card["base"] == "from scratch"
    assert card["materials"][0]["held_out"] == 40
    edit_card(tmp_path / "electra", auc=0.9)
    report = ("--input", samples(tmp_path), "--output", "out.jsonl", "--model", "electra")
    done("discriminator", "score", *report)
    scores = [row["quality_components"]["electra"] for row in read_rows(tmp_path / "out.jsonl")]
    assert all(0 < score < 1 for score in scores[:2])
    assert scores[2] is None  # trained on assembly alone


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("data", "--output", "p.jsonl"), "name either --tree or --input"),
        (("data", "--tree", "nowhere", "--output", "p.jsonl"), "nowhere"),
        (("data", "--tree", "empty", "--output", "p.jsonl"), "no .asm and no .md file"),
        (("data", "--input", "one.jsonl", "--output", "p.jsonl"), "fewer than two files"),
        (("train", "--data", "nowhere.jsonl", "--output", "m"), "discriminator data"),
        (("train", "--data", "in.jsonl", "--output", "m"), "not a line of a pairs file"),
        (("score", "--input", "in.jsonl", "--model", "nowhere"), "discriminator train"),
        (("score", "--input", "in.jsonl", "--model", "taken"), "config.json is missing"),
        (("filter", "--input", "in.jsonl", "--min-score", 0.5), "discriminator score"),
    ],
)
def test_a_mistake_is_one_line_with_the_next_step(
    tmp_path: Path, ask: Ask, arguments: tuple[object, ...], said: str
) -> None:
    samples(tmp_path)
    write_rows(tmp_path / "one.jsonl", [{"instruction": "?", "output": PROSE}])
    for name in ("empty", "taken"):
        (tmp_path / name).mkdir()
    answer = ask("discriminator", *arguments)
    assert answer.code in (1, 2)
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "p.jsonl").exists() and not (tmp_path / "m").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, pairs: Path, ask: Ask) -> None:
    write_rows(tmp_path / "taken" / "rows.jsonl", [{"work": "of years"}])
    answer = ask("discriminator", "train", "--data", pairs, "--output", "taken")
    assert answer.code == 2
    assert "something else than a discriminator" in answer.err
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["rows.jsonl"]


def test_an_unknown_base_leaves_the_old_model(tmp_path: Path, model: Path, pairs: Path, ask: Ask) -> None:
    before = (model / CARD_FILE).read_bytes()
    arguments = ("--data", pairs, "--output", model, "--kind", "electra", "--base", "./nowhere")
    answer = ask("discriminator", "train", *arguments)
    assert answer.code == 1
    assert "the base './nowhere' can't be had" in answer.err
    assert (model / CARD_FILE).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "pairs.jsonl"]


def test_a_damaged_card_is_refused(tmp_path: Path, model: Path, ask: Ask) -> None:
    (model / CARD_FILE).write_text('{"format": 1, "kind": "crystal ball"}')
    answer = ask("discriminator", "score", "--input", samples(tmp_path), "--model", model)
    assert answer.code == 1
    assert "not a discriminator's card" in answer.err


def test_the_same_pairs_and_seed_give_the_same_files(
    tmp_path: Path, model: Path, pairs: Path, done: Done
) -> None:
    done("discriminator", "train", "--data", pairs, "--output", "again")
    first = {path.name: path.read_bytes() for path in model.iterdir()}
    assert {path.name: path.read_bytes() for path in (model.parent / "again").iterdir()} == first
