"""CPU seconds per 100,000 rows of the length and entity scores, against the same in plain Python.

Run by hand: `python tests/bench/bench_scoring.py [ROWS]`. Half of the rows are prose, half 65816
listings, about 1.9 kB each. Both ways run in turn in one process, best of three; read the ratio, not
the seconds. The plain way finds the same addresses with one regular expression a row.
"""

import random
import re
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from afs_engine.stages.scoring.config import ScoringConfig
from afs_engine.stages.scoring.entity import entity_scores
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.length import length_scores
from afs_engine.stages.scoring.memory_map import map_addresses

ROW_CHARACTERS = 1900
ROUNDS = 3
CONFIG = ScoringConfig()
ADDRESS = re.compile(r"\$([0-9A-Fa-f]{4,6})\b")  # begins with a literal: the fast kind
MENTION = re.compile(r"(?<![#\w])\$([0-9A-Fa-f]{4,6})(?!\w)|(?<!\w)![A-Za-z_]\w*|\b[A-Za-z_]\w*[A-Z0-9_]\w*")
LABELS = [
    f"{area}_{part}{number}"
    for area in ("Link", "Sprite", "Menu")
    for part in ("Draw", "Main")
    for number in range(200)
]
DEFINES = [f"!{name}{number}" for name in ("LinkHP", "Timer") for number in range(200)]
WORDS = ["the", "routine", "saves", "register", "waits", "for", "vertical", "blank", "and", "writes", "tile"]


def make_listing(rng: random.Random) -> str:
    """One line of 65816 code, with the mix of operands of a real source tree."""
    operand = rng.choice(
        [
            f"LDA.b ${rng.randrange(256):02X}",
            f"LDA.w #${rng.randrange(65536):04X}",
            f"STA.w $21{rng.randrange(0x34):02X}",
            f"LDA.l $7E{rng.randrange(65536):04X}",
            f"JSL {rng.choice(LABELS)}",
            f"STA {rng.choice(DEFINES)}, X",
            "PHB : PHK : PLB",
            f"BEQ .skip_{rng.randrange(9)}",
        ]
    )
    return f"    {operand:28s} ; {' '.join(rng.choices(WORDS, k=3))}\n"


def make_rows(count: int) -> list[str]:
    """Rows cut at random places out of a long listing and a long prose text."""
    rng = random.Random(1)
    listing = "".join(make_listing(rng) for _ in range(100_000))
    prose = " ".join(rng.choices(WORDS, k=800_000))
    texts = (listing, prose)
    starts = [rng.randrange(min(map(len, texts)) - ROW_CHARACTERS) for _ in range(count)]
    return [texts[row % 2][start : start + ROW_CHARACTERS] for row, start in enumerate(starts)]


def plain_length(length: int) -> float:
    low, ideal, high = CONFIG.min_output_length, CONFIG.ideal_output_length, CONFIG.max_output_length
    if length < low:
        return 0.5 * length / low
    if length < ideal:
        return 0.5 + 0.5 * (length - low) / (ideal - low)
    return 1 - 0.3 * (length - ideal) / (high - ideal) if length < high else 0.7 * high / length


def plain_addresses(rows: Sequence[str]) -> list[tuple[float, float | None]]:
    console = map_addresses(frozenset())
    known = set(np.flatnonzero(console.known_long).tolist())
    scores = []
    for row in rows:
        found = [match for match in ADDRESS.finditer(row) if row[match.start() - 1 : match.start()] != "#"]
        hits = [int(match[1], 16) in known for match in found]
        scores.append((plain_length(len(row)), sum(hits) / len(hits) if hits else None))
    return scores


def plain_mentions(rows: Sequence[str]) -> list[tuple[float, float | None]]:
    console = map_addresses(frozenset())
    known = set(np.flatnonzero(console.known_long).tolist())
    symbols = {*LABELS, *DEFINES}
    scores = []
    for row in rows:
        hits = []
        for match in MENTION.finditer(row):
            if match[1]:
                hits.append(int(match[1], 16) in known)
            elif match[0] in symbols or match[0][0] == "!":
                hits.append(match[0] in symbols)
        scores.append((plain_length(len(row)), sum(hits) / len(hits) if hits else None))
    return scores


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(name: str, ours: Callable[[], object], plain: Callable[[], object], row_count: int) -> None:
    """Prints both in CPU seconds per 100,000 rows, and their ratio."""
    pairs = [(cpu_seconds(ours), cpu_seconds(plain)) for _ in range(ROUNDS)]
    best_ours, best_plain = (min(column) * 100_000 / row_count for column in zip(*pairs, strict=True))
    print(f"{name:36s} ours {best_ours:6.2f}   plain {best_plain:6.2f}   ratio {best_ours / best_plain:.3f}")


def main() -> None:
    rows = make_rows(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    tree = EntityTable(symbols=frozenset([*LABELS, *DEFINES]))
    lengths = [len(row) for row in rows]

    def score(table: EntityTable) -> None:
        length_scores(lengths, CONFIG)
        entity_scores(rows, table)

    print("CPU seconds per 100,000 rows")
    compare("length + addresses", lambda: score(EntityTable()), lambda: plain_addresses(rows), len(rows))
    compare(
        "length + addresses + symbols of a tree", lambda: score(tree), lambda: plain_mentions(rows), len(rows)
    )


if __name__ == "__main__":
    main()
