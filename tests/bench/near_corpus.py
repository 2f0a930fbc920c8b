"""A corpus with known copies for benchmarks of near-duplicate search; written by us, no real text in it.

Rows of about 1.9 kB, half prose and half 65816 assembly; 10 % are exact copies of an earlier row (some with
other capitals or white space) and 5 % are edited copies with a Jaccard similarity of at least 0.8. Another
2 % are edited further, to a similarity under 0.8: a search that removes those is wrong.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

SHINGLE_WORDS = 5
THRESHOLD = 0.8
_EXACT_SHARE, _NEAR_SHARE, _DISTANT_SHARE = 0.10, 0.05, 0.02
_REMEMBERED_ROWS = 5_000
_SYLLABLES = "ka,lo,mi,ren,ta,sol,ver,qui,dan,es,pro,tor,ul,ban,ge,hir,mo,na,pel,ras"
_MNEMONICS = "LDA,LDX,LDY,STA,STX,STY,STZ,ADC,SBC,AND,ORA,EOR,CMP,CPX,CPY,INC,DEC,BIT,ASL,LSR"
_IMPLIED = "RTS,RTL,PLB,PHB,PHA,PLA,PHX,PLX,CLC,SEC,TAX,TAY,INX,DEY,NOP,XBA,REP #$30,SEP #$20"


@dataclass(frozen=True)
class Copy:
    """Row `row` was made from row `original`; `jaccard` is their true similarity (1.0 for an exact copy)."""

    row: int
    original: int
    jaccard: float


def shingles(text: str) -> frozenset[str]:
    """The word 5-grams of a text, the plain way."""
    words = text.lower().split()
    if len(words) < SHINGLE_WORDS:
        return frozenset([" ".join(words)] if words else [])
    return frozenset(" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1))


def jaccard(one: str, other: str) -> float:
    """The true similarity of two texts."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b) if a | b else 0.0


def write_corpus(path: Path, rows: int, seed: int = 7) -> list[Copy]:
    """Writes `rows` lines of {"instruction", "output"} and returns the copies among them, by row."""
    copies = []
    with path.open("w") as file:
        for row, ((instruction, output), copy) in enumerate(_rows(rows, random.Random(seed))):
            file.write(json.dumps({"instruction": instruction, "output": output, "source": f"{row}"}) + "\n")
            if copy:
                copies.append(copy)
    return copies


def _rows(rows: int, rng: random.Random) -> Iterator[tuple[tuple[str, str], Copy | None]]:
    write = _Writer(rng)
    remembered: list[tuple[int, tuple[str, str]]] = []
    for row in range(rows):
        kind = rng.random() if len(remembered) > 20 else 1.0
        if kind < _EXACT_SHARE + _NEAR_SHARE + _DISTANT_SHARE:
            yield _copy(row, rng.choice(remembered), kind, write)
            continue
        original = write.row()
        yield original, None
        if len(remembered) < _REMEMBERED_ROWS:
            remembered.append((row, original))
        elif rng.random() < 0.2:
            remembered[rng.randrange(_REMEMBERED_ROWS)] = (row, original)


def _copy(
    row: int, original: tuple[int, tuple[str, str]], kind: float, write: "_Writer"
) -> tuple[tuple[str, str], Copy]:
    number, (instruction, output) = original
    if kind < _EXACT_SHARE:
        same = (instruction, output) if kind < _EXACT_SHARE / 2 else (instruction.upper(), output + " \n")
        return same, Copy(row, number, 1.0)
    near = kind < _EXACT_SHARE + _NEAR_SHARE
    while True:
        edited = write.edit(output, write.rng.randint(1, 6) if near else write.rng.randint(7, 15))
        true = jaccard(f"{instruction} {output}", f"{instruction} {edited}")
        if (true >= THRESHOLD) == near:
            return (instruction, edited), Copy(row, number, true)


class _Writer:
    """Makes prose from a vocabulary with a natural falling frequency, and assembly from real forms."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._implied, self._mnemonics = _IMPLIED.split(","), _MNEMONICS.split(",")
        self._words = sorted(
            {"".join(rng.choices(_SYLLABLES.split(","), k=rng.randint(1, 4))) for _ in range(9_000)}
        )
        rng.shuffle(self._words)
        self._falling = list(accumulate(1 / (place + 2) for place in range(len(self._words))))
        self._labels = [
            f"{a.title()}_{b.title()}" for a, b in zip(self._words, self._words[1:], strict=False)
        ]

    def row(self) -> tuple[str, str]:
        rng = self.rng
        subject = " ".join(rng.choices(self._words, cum_weights=self._falling, k=6))
        if rng.random() < 0.5:
            return f"Explain {subject}.", self._prose()
        return f"Write a 65816 routine that does {subject}.", self._assembly()

    def _prose(self) -> str:
        words = self.rng.choices(self._words, cum_weights=self._falling, k=self.rng.randint(120, 280))
        return " ".join(f"{w}." if i % 13 == 12 else w for i, w in enumerate(words))

    def _assembly(self) -> str:
        rng = self.rng
        lines = [f"{rng.choice(self._labels)}:"]
        for _ in range(rng.randint(60, 125)):
            kind = rng.random()
            if kind < 0.25:
                lines.append(f"  {rng.choice(self._implied)}")
            elif kind < 0.45:
                lines.append(f"  JSL {rng.choice(self._labels)}")
            else:
                comment = f" ; {rng.choice(self._words)}" if kind > 0.8 else ""
                lines.append(f"  {rng.choice(self._mnemonics)}.w ${rng.randrange(0x1000):04X}{comment}")
        return "\n".join([*lines, "  RTS"])

    def edit(self, text: str, edits: int) -> str:
        """`text` with that many words exchanged, dropped or added."""
        words = text.split(" ")
        for _ in range(edits):
            place = self.rng.randrange(len(words))
            words[place : place + self.rng.randint(0, 1)] = self.rng.choices(
                self._words, k=self.rng.randint(0, 2)
            )
        return " ".join(words)
