"""Near-duplicate search against `rensa` driven directly: CPU time of one thread, recall, and memory.

    python tests/bench/bench_near_duplicates.py --rows 100000

Both sides read the same file of JSON lines in a process of their own; reading and decoding counts for both
(AFS reads three times, rensa once). rensa is used as its readme shows, with 128 permutations in 16 bands of
8, shingles made in Python, and every candidate verified by its true similarity. Truth is known: the copies
were planted, and what was removed is checked again here from the texts, with Python sets. Memory is what
Linux calls RssAnon.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from near_corpus import SHINGLE_WORDS, THRESHOLD, Copy, jaccard, write_corpus

_BLOCK_BYTES = 16 << 20
_CHECKED_REMOVALS = 20_000
_HOW_TO_INSTALL = "rensa is not installed, so there is no ratio: pip install rensa==0.5.0 and run this again"


class _Row(msgspec.Struct):
    instruction: str
    output: str


class _Result(msgspec.Struct):
    """What one side took and found; memory in MB, before the search and at most."""

    cpu_seconds: float
    base_mb: float
    peak_mb: float
    removed: list[int]
    kept: list[int]


def read_blocks(path: Path) -> Iterator[list[str]]:
    """Blocks of texts, about 16 MB of whole lines each."""
    decode = msgspec.json.Decoder(_Row).decode_lines
    with path.open("rb") as file:
        while lines := file.read(_BLOCK_BYTES) + file.readline():
            yield [f"{row.instruction} {row.output}" for row in decode(lines)]


def search_with_afs(path: Path) -> tuple[list[int], list[int]]:
    """(removed, kept) rows."""
    from afs_engine.stages.dedup.near import find_near_duplicates

    found = find_near_duplicates(lambda: read_blocks(path), scratch_folder=path.parent)
    return found.removed_rows.tolist(), found.kept_rows.tolist()


def search_with_rensa(path: Path) -> tuple[list[int], list[int]]:
    """(removed, kept) rows, the way a person who cares for speed would write it with rensa."""
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=16)
    texts: list[str] = []
    removed, kept = [], []
    for block in read_blocks(path):
        for text in block:
            row = len(texts)
            texts.append(text)
            words = text.lower().split()
            sketch = RMinHash(num_perm=128, seed=42)
            sketch.update(
                [" ".join(five) for five in zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False)]
            )
            near = (other for other in sorted(lsh.query(sketch)) if jaccard(text, texts[other]) >= THRESHOLD)
            if (first := next(near, None)) is None:
                lsh.insert(row, sketch)
            else:
                removed.append(row)
                kept.append(first)
    return removed, kept


_SIDES = {"afs": search_with_afs, "rensa": search_with_rensa}


class _AnonymousPeak(threading.Thread):
    """The highest anonymous memory (MB) of this process, looked at every 50 ms."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.first = self.peak = self._now()
        self._stopped = threading.Event()

    def _now(self) -> float:
        status = Path("/proc/self/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0]) / 1024

    def run(self) -> None:
        while not self._stopped.wait(0.05):
            self.peak = max(self.peak, self._now())

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def run_side(side: str, path: Path) -> None:
    """Runs in the child: prints one JSON object."""
    memory = _AnonymousPeak()
    memory.start()
    started = time.process_time()
    removed, kept = _SIDES[side](path)
    cpu_seconds = time.process_time() - started
    memory.stop()
    print(msgspec.json.encode(_Result(cpu_seconds, memory.first, memory.peak, removed, kept)).decode())


def measure(side: str, path: Path) -> _Result:
    """Runs one side in a process of its own."""
    command = [sys.executable, __file__, "--side", side, "--corpus", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=_Result)


def texts_of(path: Path, rows: set[int]) -> dict[int, str]:
    """The texts of `rows`."""
    found: dict[int, str] = {}
    first = 0
    for block in read_blocks(path):
        found |= {first + place: text for place, text in enumerate(block) if first + place in rows}
        first += len(block)
    return found


def report(side: str, result: _Result, path: Path, copies: list[Copy]) -> None:
    """Prints recall, and checks a spread of removals against the texts."""
    pairs = list(zip(result.removed, result.kept, strict=True))
    removed = set(result.removed)
    exact = [copy for copy in copies if copy.jaccard == 1.0]
    near = [copy for copy in copies if THRESHOLD <= copy.jaccard < 1.0]
    checked = pairs[:: max(1, len(pairs) // _CHECKED_REMOVALS)]
    texts = texts_of(path, {row for pair in checked for row in pair})
    false = sum(jaccard(texts[row], texts[kept]) < THRESHOLD for row, kept in checked)
    out_of_order = sum(kept >= row or kept in removed for row, kept in pairs)
    recall = {
        name: sum(copy.row in removed for copy in some) / max(len(some), 1)
        for name, some in {"redundant": exact + near, "exact": exact, "near": near}.items()
    }
    print(
        f"{side}: CPU {result.cpu_seconds:.2f} s, anonymous memory {result.base_mb:.0f} MB before,"
        f" {result.peak_mb:.0f} MB at most"
    )
    print(
        f"  recall: {', '.join(f'{name} {value:.4f}' for name, value in recall.items())}"
        f" ({len(exact):,} exact and {len(near):,} near copies planted)"
    )
    print(
        f"  removed {len(pairs):,}; {false} of {len(checked):,} checked are false;"
        f" {out_of_order} where the first copy was not the one kept"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=sorted(_SIDES), help="run one side only")
    parser.add_argument("--side", choices=sorted(_SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        run_side(asked.side, asked.corpus)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.jsonl"
        copies = write_corpus(path, asked.rows)
        print(f"{asked.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB of JSON lines")
        compare(path, copies, [asked.only] if asked.only else ["afs", "rensa"])


def compare(path: Path, copies: list[Copy], sides: list[str]) -> None:
    """Measures the sides one after another and prints the ratio of their CPU times."""
    results = {}
    for side in sides:
        if side == "rensa" and not _has_rensa():
            print(_HOW_TO_INSTALL)
            continue
        results[side] = measure(side, path)
        report(side, results[side], path, copies)
    if len(results) == 2:
        print(f"CPU afs / rensa: {results['afs'].cpu_seconds / results['rensa'].cpu_seconds:.2f}")


def _has_rensa() -> bool:
    try:
        import rensa  # noqa: F401
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
