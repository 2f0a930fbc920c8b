"""The chain from raw rows to a training file against plain Python and against one lazy Polars query.

    python -m tests.bench.bench_chain [--small 100000] [--large 1000000] [--rounds 1] [--folder DIR]

The chain is score, filter, exact dedup, split, balance and convert. Ours is `afs-engine run --until
convert` in a fresh process: strict reading, ledgers, content store, digests and the leak certificate
included. No side redacts, for the rivals can't; what redaction adds to ours is printed too. All score by
length and known addresses. Prints CPU (user + system) ratios and the peak of anonymous memory; of several
rounds the one with the least CPU counts, for each side. Needs about eight times the large corpus on disk.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.chain_corpus import write_corpus
from tests.bench.chain_run import Cost, run_ours, run_rival


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--small", type=int, default=100_000, help="rows for plain Python")
    parser.add_argument("--large", type=int, default=1_000_000, help="rows for Polars")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to keep the corpora; a temporary one otherwise")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        _compare(options, options.folder or Path(scratch), Path(scratch) / "run")


def _compare(options: argparse.Namespace, corpora: Path, folder: Path) -> None:
    small, large = (_corpus(corpora, rows) for rows in (options.small, options.large))
    sides: dict[str, Callable[[], Cost]] = {
        f"afs, {options.small:,} rows": lambda: run_ours(small, folder),
        f"plain Python, {options.small:,} rows": lambda: run_rival("plain", small, folder),
        f"afs, {options.large:,} rows": lambda: run_ours(large, folder),
        f"Polars, {options.large:,} rows": lambda: run_rival("polars", large, folder),
        f"afs with redaction, {options.small:,} rows": lambda: run_ours(small, folder, redact=True),
    }
    best: dict[str, Cost] = {}
    for _ in range(options.rounds):
        for name, run in sides.items():
            cost = run()
            best[name] = min(best.get(name, cost), cost, key=lambda each: each.cpu_seconds)
    for name, cost in best.items():
        print(f"{name:32} {cost.cpu_seconds:7.2f} s CPU {cost.anonymous_mb:7.0f} MB anonymous")
    ours_small, plain, ours_large, polars, _ = best.values()
    print(f"CPU over plain Python: {ours_small.cpu_seconds / plain.cpu_seconds:.2f}")
    print(f"CPU over Polars: {ours_large.cpu_seconds / polars.cpu_seconds:.2f}")
    print(f"anonymous memory, large over small: {ours_large.anonymous_mb / ours_small.anonymous_mb:.2f}")


def _corpus(folder: Path, rows: int) -> Path:
    path = folder / f"chain-{rows}.jsonl"
    if not path.exists():
        write_corpus(path, rows)
    return path


if __name__ == "__main__":
    main()
