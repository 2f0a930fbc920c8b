"""Held-out AUC of the n-gram discriminator beside a plain character n-gram logistic regression.

Run by hand: `python -m tests.bench.bench_discriminator [TREE] [SEEDS]` (pip install scikit-learn). TREE
is a source tree, the built-in sample one by default. Every seed cuts, corrupts and splits by file anew,
and all columns are of the same run. "with check" is the mean of the discriminator and the assembly check
as the asm profile weighs them. A default whose AUC is too low, or rests on too few texts, takes no part in a
score; each seed says so.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import afs_engine
from afs_engine.stages.discriminator.blocks import MATERIALS, Block, Material, cut_assembly, cut_prose
from afs_engine.stages.discriminator.examination import examine
from afs_engine.stages.discriminator.ngram.model import NgramModel
from afs_engine.stages.discriminator.ngram.training import train_head
from afs_engine.stages.discriminator.pairs import PairRow, make_pairs
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.combine import combine_score
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.sources.oracle.tree import read_tree
from tests.bench.ngram_baseline import score_by_line, score_by_text

SAMPLE_TREE = Path(afs_engine.__file__).parent / "sample" / "sources" / "tidewake"
METHODS = ("baseline, text", "baseline, line", "default", "check alone", "with check")
Table = dict[tuple[str, str], float]
"""AUC by kind of corruption and method."""


def cut_tree(root: Path, seed: int) -> list[Block]:
    tree = read_tree(root)
    blocks = cut_assembly([(text.path, text.lines) for text in tree.assembly], seed)
    return blocks + cut_prose([(text.path, text.lines) for text in tree.documents])


def score_methods(train: list[PairRow], held: list[PairRow]) -> dict[str, Sequence[float | None]]:
    """The scores of the held-out rows by every method that applies to their material."""
    texts, material = [row.text for row in held], held[0].material
    start = time.process_time()
    model = NgramModel({material: train_head(train, material)})
    trained = time.process_time()
    ours = model.score(texts)
    scored = time.process_time()
    print(
        f"  {material}: {len(train):,} texts to train, {len(held):,} held out; trained in "
        f"{trained - start:.1f} CPU s, scored {len(held) / (scored - trained):,.0f} texts a CPU s"
    )
    found: dict[str, Sequence[float | None]] = {
        "baseline, text": score_by_text(train, texts),
        "baseline, line": score_by_line(train, texts),
        "default": ours,
    }
    if material == "asm":
        with AssemblyChecker() as checker:
            checks = [verdict.score for verdict in checker.check_many(texts)]
        weights = find_profile("asm").weights
        pairs = [{"electra": a, "asar": b} for a, b in zip(ours, checks, strict=True)]
        found["check alone"] = checks
        found["with check"] = [combine_score(pair, weights) for pair in pairs]
    return found


def run_seed(root: Path, seed: int) -> dict[Material, Table]:
    """The AUCs of one seed; "all" is over all kinds together."""
    print(f"seed {seed}")
    rows = make_pairs(cut_tree(root, seed), seed).rows
    tables: dict[Material, Table] = {}
    for material in MATERIALS:
        part = [row for row in rows if row.material == material]
        held = [row for row in part if row.side == "held_out"]
        if not held:
            continue
        train = [row for row in part if row.side == "train"]
        tables[material] = {}
        for method, scores in score_methods(train, held).items():
            (result,) = examine(part, scores)
            if method == "default":
                why_not = f"takes no part: {result.why_not}" if result.why_not else "takes part"
                print(f"  {material}: the default {why_not}")
            named = {"all": result.auc} | {kind.kind: kind.auc for kind in result.kinds}
            tables[material] |= {(kind, method): auc for kind, auc in named.items() if auc is not None}
    return tables


def print_tables(results: list[dict[Material, Table]]) -> None:
    for material in MATERIALS:
        tables = [result[material] for result in results if material in result]
        methods = [each for each in METHODS if any(method == each for table in tables for _, method in table)]
        kinds = list(dict.fromkeys(kind for table in tables for kind, _ in table))
        print(f"\n{material}: mean AUC of {len(tables)} seeds" + "".join(f"{name:>16}" for name in methods))
        for kind in [*kinds[1:], "all"]:
            cells = [_values(tables, kind, method) for method in methods]
            print(f"{kind:28}" + "".join(f"{np.mean(cell):16.3f}" if cell else f"{'':16}" for cell in cells))
        print("every seed:")
        for method in methods:
            print(f"  {method:26}" + " ".join(f"{auc:.3f}" for auc in _values(tables, "all", method)))
        _print_margins(tables)


def _print_margins(tables: list[Table]) -> None:
    """By how much the worst seed is above the better baseline."""
    for method in ("default", "with check"):
        margins = [
            table["all", method] - max(table["all", name] for name in METHODS[:2])
            for table in tables
            if ("all", method) in table
        ]
        if margins:
            print(
                f"{method} above the better baseline: mean {np.mean(margins):+.3f}, worst {min(margins):+.3f}"
            )


def _values(tables: list[Table], kind: str, method: str) -> list[float]:
    return [table[kind, method] for table in tables if (kind, method) in table]


def main() -> None:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE_TREE
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    start = time.process_time()
    print_tables([run_seed(root, seed) for seed in range(1, seeds + 1)])
    print(f"\n{time.process_time() - start:.0f} CPU seconds in all")


if __name__ == "__main__":
    main()
