"""Whether the overall score finds what is worth training on.

Run by hand: `python -m tests.bench.bench_filtering [TREE] [SEEDS] [ROWS]`: a source tree (the sample one
by default), 5 seeds, at most ROWS (160) rows in each half. Every seed trains a discriminator, scores a
mixture of real and damaged assembly of other files with profile asm, and prints the AUC of the overall
score over up to 1,000 rows. Of the first of them, twice ROWS, `nano` adapters are trained on one common
base: on the better half by score, and on a random half of equal size. Their loss is measured on real code
of a third part of the files. Halves of fewer than 100 rows, as of the sample tree, say little each: there a
seed's losses are means of several trainings, of which the random ones have a half each. Ends with the mean
difference of the losses and its 95 % interval (Student's t).
"""

import json
import math
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from afs_engine.stages.discriminator.auc import measure_auc
from afs_engine.stages.discriminator.discriminator import Discriminator
from afs_engine.stages.discriminator.ngram.model import load_ngram
from afs_engine.stages.discriminator.pairs import make_pairs
from afs_engine.stages.discriminator.training import train_ngram
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.scoring.scorer import QualityScorer
from afs_engine.stages.training.backend import choose_backend
from afs_engine.stages.training.chat_rows import read_chat_rows
from afs_engine.stages.training.evaluate import Evaluator
from afs_engine.stages.training.nano import build_nano
from afs_engine.stages.training.settings import (
    NANO_LEARNING_RATE,
    EvaluateJob,
    TrainJob,
    TrainSettings,
)
from tests.bench.bench_discriminator import SAMPLE_TREE
from tests.bench.mixture import Parts, Row, part_tree

EPOCHS = 12
MOST_SCORED = 1000
ROWS_A_SEED = 200
"""Small halves are drawn and trained so often that a seed rests on about so many rows."""
_T_95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
"""Two-sided 95 % points of Student's t by degrees of freedom."""


def score_rows(parts: Parts, folder: Path, seed: int) -> list[float]:
    """The overall score of each mixed row."""
    card = train_ngram(make_pairs([*parts.learned, *parts.prose], seed).rows, folder, seed)
    print(f"seed {seed}: discriminator's held-out AUC {card.auc:.3f}", end="", flush=True)
    model = Discriminator(load_ngram(folder), card)
    with QualityScorer(find_profile("asm"), electra_model=model, entities=parts.entities) as scorer:
        scores: list[float] = scorer.score_block([row.text for row in parts.scored]).overall.tolist()
    return scores


def print_ranking(rows: Sequence[Row], scores: Sequence[float]) -> None:
    clean = [score for row, score in zip(rows, scores, strict=True) if not row.fault]
    for name, faults in (("mixture", ("local", "gross")), ("local", ("local",)), ("gross", ("gross",))):
        damaged = [score for row, score in zip(rows, scores, strict=True) if row.fault in faults]
        print(f", {name} {measure_auc(clean, damaged):.3f}", end="")
    print(f" ({len(rows)} rows)", flush=True)


def choose_halves(rows: Sequence[Row], scores: Sequence[float], seed: int) -> dict[str, list[list[Row]]]:
    """The better half, and random ones; the better as often as there are random ones."""
    order = sorted(range(len(rows)), key=lambda row: (-scores[row], row))
    half = len(rows) // 2
    rng = Random(seed)
    draws = max(1, round(ROWS_A_SEED / half))
    drawn = [sorted(rng.sample(range(len(rows)), half)) for _ in range(draws)]
    return {
        "filtered": [[rows[row] for row in sorted(order[:half])]] * draws,
        "random": [[rows[row] for row in each] for each in drawn],
    }


def write_samples(path: Path, texts: Sequence[tuple[str, str]]) -> Path:
    rows = [
        {"instruction": f"Write a part of {group}.", "output": text, "domain": "asm"} for text, group in texts
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def measure_loss(base: Path, train: Path, test: Path, folder: Path, seed: int) -> float:
    settings = TrainSettings(
        base_model=str(base),
        epochs=EPOCHS,
        batch_size=8,
        max_length=384,
        learning_rate=NANO_LEARNING_RATE,
        seed=seed,
    )
    job = TrainJob(output_dir=folder / "adapter", name="half", settings=settings, train_file=train)
    job.output_dir.mkdir(parents=True)
    choose_backend("trl").train(job, lambda event: None, lambda: False)
    wanted = EvaluateJob(output_dir=folder / "metrics", model=str(job.output_dir), data_file=test)
    wanted.output_dir.mkdir()
    return Evaluator(lambda event: None).evaluate(wanted).loss


def run_seed(root: Path, seed: int, most_rows: int, folder: Path) -> float:
    """By how much the loss on the random half's model is above the filtered half's."""
    parts = part_tree(root, seed, MOST_SCORED, most_rows // 2)
    scores = score_rows(parts, folder, seed)
    print_ranking(parts.scored, scores)
    rows, scores = parts.scored[: 2 * most_rows], scores[: 2 * most_rows]
    test = write_samples(folder / "test.jsonl", [(block.text, block.group) for block in parts.tested])
    everything = write_samples(folder / "all.jsonl", [(row.text, row.group) for row in rows])
    build_nano(folder / "nano", read_chat_rows(everything), seed)
    losses = {}
    for name, halves in choose_halves(rows, scores, seed).items():
        found = []
        for draw, half in enumerate(halves):
            place = folder / f"{name}-{draw}"
            train = write_samples(folder / f"{name}-{draw}.jsonl", [(row.text, row.group) for row in half])
            found.append(measure_loss(folder / "nano", train, test, place, 1000 * draw + seed))
        losses[name] = statistics.mean(found)
        damaged = statistics.mean(sum(bool(row.fault) for row in half) for half in halves)
        told = f"{len(halves)} x {len(halves[0])} rows, {damaged:.0f} damaged"
        print(f"  {name:9} {told}: held-out loss {losses[name]:.4f}", flush=True)
    return losses["random"] - losses["filtered"]


def main() -> None:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE_TREE
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    most_rows = int(sys.argv[3]) if len(sys.argv) > 3 else 160
    gains = []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as scratch:
            gains.append(run_seed(root, seed, most_rows, Path(scratch)))
    if len(gains) > 1:
        half_width = _T_95[len(gains) - 1] * statistics.stdev(gains) / math.sqrt(len(gains))
        mean = statistics.mean(gains)
        print(f"random minus filtered: mean {mean:+.4f}, 95 % interval {mean - half_width:+.4f} to ", end="")
        print(f"{mean + half_width:+.4f}")


if __name__ == "__main__":
    main()
