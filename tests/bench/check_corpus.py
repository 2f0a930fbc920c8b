"""What a run promises, checked on a corpus with known copies: 10 % exact, 5 % near.

    python tests/bench/check_corpus.py --rows 100000

Every ledger balances; the leak certificate is 0/0 and a search of our own over the written files agrees; at
least 95 % of the near copies (Jaccard >= 0.8) are gone and every row that went was a copy of a kept one; each
domain's sides are within one group of the shares asked for. Exits 1 when one does not hold.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from afs_engine.runs.runner import run_recipe
from tests.bench.near_corpus import THRESHOLD, jaccard, write_corpus

RECIPE = """
[[sources]]
name = "corpus"
kind = "jsonl"
path = "corpus.jsonl"

[score]
profile = "dialogue"
"""
DOMAINS = ("asm", "docs", "memory", "history")
RATIOS = {"train": 0.8, "val": 0.1, "test": 0.1}


@dataclass(frozen=True)
class Findings:
    """`shares_off`: rows by which the worst domain and side miss their share."""

    rows: int
    kept: int
    near_recall: float
    false_removals: int
    unbalanced_ledgers: int
    exact_pairs: int
    near_pairs: int
    shares_off: float

    @property
    def hold(self) -> bool:
        wrong = (self.false_removals, self.unbalanced_ledgers, self.exact_pairs, self.near_pairs)
        return not any(wrong) and self.near_recall >= 0.95 and self.shares_off <= 1.0


def check(folder: Path, rows: int) -> Findings:
    """Makes the corpus in `folder`, runs a recipe on it until convert, and looks at what it left."""
    copies = write_corpus(folder / "plain.jsonl", rows)
    texts = _add_domains(folder)
    (folder / "recipe.toml").write_text(RECIPE)
    run = Path(run_recipe(folder / "recipe.toml", until="convert").run_dir)
    sides = {side: _read(run / "data" / f"{side}.jsonl") for side in RATIOS}
    kept = {int(row["number"]) for side in sides.values() for row in side}
    near = [copy for copy in copies if THRESHOLD <= copy.jaccard < 1.0]
    leak = json.loads((run / "leak.json").read_text())
    return Findings(
        rows=rows,
        kept=len(kept),
        near_recall=sum(copy.row not in kept for copy in near) / max(1, len(near)),
        false_removals=_count_false(set(range(rows)) - kept, kept, copies, texts),
        unbalanced_ledgers=_count_unbalanced(run),
        exact_pairs=leak["exact_pairs"],
        near_pairs=leak["near_pairs"],
        shares_off=_shares_off(sides),
    )


def _add_domains(folder: Path) -> list[str]:
    texts = []
    with (folder / "plain.jsonl").open() as plain, (folder / "corpus.jsonl").open("w") as corpus:
        for number, line in enumerate(plain):
            row = json.loads(line)
            texts.append(f"{row['instruction']} {row['output']}")
            corpus.write(json.dumps(row | {"number": number, "domain": DOMAINS[number % 4]}) + "\n")
    return texts


def _read(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _count_false(gone: set[int], kept: set[int], copies: list, texts: list[str]) -> int:  # type: ignore[type-arg]
    """Removed rows that are near to no kept row of their family (the rows made from one original)."""
    original = {copy.row: copy.original for copy in copies}
    families: dict[int, list[int]] = {}
    for row in range(len(texts)):
        families.setdefault(_root(row, original), []).append(row)
    return sum(
        all(
            jaccard(texts[row], texts[other]) < THRESHOLD
            for other in families[_root(row, original)]
            if other in kept and other < row
        )
        for row in gone
    )


def _root(row: int, original: dict[int, int]) -> int:
    while row in original:
        row = original[row]
    return row


def _count_unbalanced(run: Path) -> int:
    ledgers = json.loads((run / "ledger.json").read_text())["stages"]
    assert [each["stage"] for each in ledgers] == [
        "export corpus",
        "score",
        "dedup",
        "split",
        "balance",
        "convert",
    ]
    return sum(
        each["rows_in"] + each["repeated"]
        != each["rows_out"] + sum(each["dropped"].values()) + each["merged"] + each["quarantined"]
        for each in ledgers
    )


def _shares_off(sides: dict[str, list[dict[str, str]]]) -> float:
    counts = {side: Counter(row["domain"] for row in rows) for side, rows in sides.items()}
    totals = {domain: sum(counts[side][domain] for side in RATIOS) for domain in DOMAINS}
    return max(
        abs(counts[side][domain] - ratio * totals[domain])
        for side, ratio in RATIOS.items()
        for domain in DOMAINS
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a run's promises on a corpus with known copies.")
    parser.add_argument("--rows", type=int, default=100_000)
    with tempfile.TemporaryDirectory() as folder:
        found = check(Path(folder), parser.parse_args().rows)
    for name, value in vars(found).items():
        print(f"{name:<20} {value:,.4f}" if isinstance(value, float) else f"{name:<20} {value:,}")
    print("all hold" if found.hold else "NOT all hold")
    return 0 if found.hold else 1


if __name__ == "__main__":
    sys.exit(main())
