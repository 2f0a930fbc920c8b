"""Texts a CPU second of ELECTRA scoring, against plain torch with one text a call.

Run by hand: `python -m tests.bench.bench_electra [MODEL]` (pip install 'afs[electra]'). MODEL is the folder
of a trained one; without it a small one is trained on the sample tree first (half a CPU minute), and its
held-out AUC printed. All ways score the same texts in turn in one process, each on one thread, best of the
rounds; ranks are compared with plain torch. The last line scores the same rows twice through a score cache.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from afs_engine.stages.discriminator.blocks import cut_assembly
from afs_engine.stages.discriminator.card import FastPath
from afs_engine.stages.discriminator.electra.fast_path import measure_spearman
from afs_engine.stages.discriminator.electra.folder import OPENVINO_FOLDER
from afs_engine.stages.discriminator.electra.lean import LeanElectra
from afs_engine.stages.discriminator.electra.model import ElectraModel
from afs_engine.stages.discriminator.electra.openvino_engine import (
    export_to_openvino,
    has_openvino,
    list_precisions,
)
from afs_engine.stages.discriminator.electra.torch_engine import MAX_TOKENS, read_model_files
from afs_engine.stages.discriminator.electra.training import ElectraPlan, train_electra
from afs_engine.stages.discriminator.examination import overall_auc
from afs_engine.stages.discriminator.pairs import make_pairs
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.cached_scores import measure_cached
from afs_engine.stages.sources.oracle.tree import read_tree
from tests.bench.bench_discriminator import SAMPLE_TREE

TEXTS = 192
ROUNDS = 3
Score = Callable[[Sequence[str]], Sequence[float]]


def train_small(folder: Path) -> None:
    tree = read_tree(SAMPLE_TREE)
    rows = make_pairs(cut_assembly([(text.path, text.lines) for text in tree.assembly], 1), 1).rows
    train = [row for row in rows if row.side == "train"]
    train_electra(train, ElectraPlan(epochs=3, seed=1), folder, lambda step, steps, loss: None)
    held = ElectraModel(folder).score([row.text for row in rows if row.side == "held_out"])
    print(f"trained on {len(train)} texts: held-out AUC {overall_auc(rows, held)}")


def gather_texts() -> list[str]:
    """Blocks of the sample tree joined to lengths from a few lines to beyond what the model reads."""
    tree = read_tree(SAMPLE_TREE)
    blocks = [block.text for block in cut_assembly([(each.path, each.lines) for each in tree.assembly], 2)]
    return ["\n".join(blocks[at : at + 1 + at % 4]) for at in range(TEXTS)]


def score_plainly(folder: Path) -> Score:
    """transformers as its documentation shows it, one text a call."""
    import torch

    network, tokenizer = read_model_files(folder)
    network.eval()
    real = next(index for index, name in network.config.id2label.items() if name.lower() == "real")

    def score(texts: Sequence[str]) -> list[float]:
        scores = []
        with torch.inference_mode():
            for text in texts:
                tokens = tokenizer(text, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
                scores.append(network(**tokens).logits.softmax(-1)[0, real].item())
        return scores

    return score


def list_ways(folder: Path) -> dict[str, Score]:
    ways: dict[str, Score] = {
        "plain torch, one a call": score_plainly(folder),
        "torch, sorted batches": ElectraModel(folder).score,
    }
    if not has_openvino():
        print("openvino is not installed: pip install 'afs[electra]'")
        return ways
    if not (folder / OPENVINO_FOLDER).is_dir():
        export_to_openvino(LeanElectra(read_model_files(folder)[0]).eval(), folder)
    for precision in list_precisions():
        path = FastPath(engine="openvino", precision=precision, spearman=1.0, speed_ratio=1.0)
        ways[f"openvino {precision}, sorted batches"] = ElectraModel(folder, fast=path).score
    return ways


def compare(folder: Path, texts: list[str]) -> None:
    ways = list_ways(folder)
    scores = {name: score(texts) for name, score in ways.items()}
    seconds = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, score in ways.items():
            start = time.process_time()
            score(texts)
            seconds[name] = min(seconds[name], time.process_time() - start)
    plain, *_ = ways
    for name in ways:
        spearman = measure_spearman(scores[plain], scores[name])
        print(
            f"{name:32}{len(texts) / seconds[name]:8.1f} texts a CPU s, ratio "
            f"{seconds[plain] / seconds[name]:5.2f}, Spearman {spearman:.6f}"
        )


def score_twice(folder: Path, texts: list[str]) -> None:
    model, asked = ElectraModel(folder), []
    with tempfile.TemporaryDirectory() as scratch, ScoreCache(Path(scratch) / "scores.sqlite") as cache:
        for _ in range(2):
            calls: list[int] = []

            def measure(part: Sequence[str], calls: list[int] = calls) -> list[float]:
                calls.append(len(part))
                return model.score(part)

            measure_cached(measure, model.version, texts, cache)
            asked.append(sum(calls))
    print(f"with the score cache: {asked[0]} texts asked of the model, then {asked[1]}")


def main() -> None:
    import torch

    torch.set_num_threads(1)
    texts = gather_texts()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        if len(sys.argv) == 1:
            train_small(folder)
        compare(folder, texts)
        score_twice(folder, texts)


if __name__ == "__main__":
    main()
