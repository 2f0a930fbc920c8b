"""How the chain's memory grows with its input: ten, then fifty times 100,000 rows.

    python -m tests.soak.soak_chain [--rows 100000 1000000 5000000] [--folder DIR]

Runs the chain of `tests.bench.bench_chain` over each size and prints its CPU, its peak of anonymous memory
and the growth from size to size. Five million rows need about 35 GB of disk.
"""

import argparse
import tempfile
from pathlib import Path

from tests.bench.chain_corpus import write_corpus
from tests.bench.chain_run import run_ours


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 5_000_000])
    parser.add_argument("--folder", type=Path, help="where there is room; a temporary folder otherwise")
    options = parser.parse_args()
    before_mb = 0.0
    for rows in options.rows:
        with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
            corpus = Path(scratch) / "corpus.jsonl"
            write_corpus(corpus, rows)
            cost = run_ours(corpus, Path(scratch) / "run")
        growth = f", {cost.anonymous_mb / before_mb:.2f} times the size before" if before_mb else ""
        print(
            f"{rows:10,} rows {cost.cpu_seconds:7.1f} s CPU {cost.anonymous_mb:7.0f} MB anonymous{growth}",
            flush=True,
        )
        before_mb = cost.anonymous_mb


if __name__ == "__main__":
    main()
