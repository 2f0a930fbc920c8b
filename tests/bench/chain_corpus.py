"""A corpus for the chain benchmark, made on the spot: seeded, written by us, quick enough for a million rows.

Rows of about 1.9 kB in four domains, prose or 65816 assembly with comments and addresses. 10 % are exact
copies of an earlier row, 5 % near copies with two passages exchanged; some are too short or full of
addresses that nobody documents, so that a score filter has something to do. Every address is one that a
plain regular expression reads the same way as AFS does, so that all sides do the same work.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

DOMAIN_SHARES = {"asm": 0.4, "docs": 0.3, "memory": 0.2, "history": 0.1}
_EXACT_SHARE, _NEAR_SHARE, _SHORT_SHARE, _UNKNOWN_SHARE = 0.10, 0.05, 0.03, 0.08
_REMEMBERED_ROWS = 5_000
_POOL_SIZE = 20_000
_PASSAGES = range(7, 19)  # a row's number of them; one is about 150 characters
_SHORT_ADDRESSES = ((0x0000, 0x2000), (0x2100, 0x2140), (0x4200, 0x4220), (0x4300, 0x4380))
_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ren",
    "ta",
    "sol",
    "ver",
    "qui",
    "dan",
    "es",
    "pro",
    "tor",
    "ul",
    "ban",
    "ge",
    "hir",
    "mo",
    "na",
    "pel",
    "ras",
]
_IMPLIED = ["PHB", "PHK", "PLB", "CLC", "SEC", "INX", "INY", "TAX", "TAY", "XBA", "NOP", "RTS", "RTL"]
_MEMORY = [
    "LDA",
    "LDX",
    "LDY",
    "STA",
    "STX",
    "STY",
    "STZ",
    "ADC",
    "SBC",
    "AND",
    "ORA",
    "EOR",
    "CMP",
    "CPX",
    "CPY",
    "INC",
    "DEC",
    "BIT",
]

_Row = tuple[str, list[str], str]  # question, passages, domain


def known_addresses() -> list[str]:
    """The documented addresses as the corpus writes them: registers without bank, work RAM with it."""
    short = [f"{address:04X}" for low, high in _SHORT_ADDRESSES for address in range(low, high)]
    return short + [f"{address:06X}" for address in range(0x7E0000, 0x7E2000)]


def write_corpus(path: Path, rows: int, seed: int = 11) -> None:
    """Writes `rows` lines of JSON with instruction, output, domain and source."""
    writer = _Writer(random.Random(seed))
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        for number, (question, passages, domain) in enumerate(writer.rows(rows)):
            output = "".join(passages)
            file.write(
                f'{{"instruction": "{question}", "output": "{output}",'
                f' "domain": "{domain}", "source": "{domain}/{number % 997:03}.md"}}\n'
            )


class _Writer:
    """Makes rows out of pools of passages, as these stand between the quotes of a JSON string."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(6_000)]
        self._known = known_addresses()
        self._questions = self._pool(lambda: " ".join(rng.choices(self._words, k=6)))
        self._prose = self._pool(self._sentence)
        self._listing = self._pool(lambda: self._code(rng.choice(self._known)))
        self._unknown = self._pool(lambda: self._code(f"{rng.randrange(0x3000, 0x4000):04X}"))

    def _pool(self, make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(_POOL_SIZE)]

    def _sentence(self) -> str:
        rng = self._rng
        first, *words = rng.choices(self._words, k=rng.randint(17, 27))
        if rng.random() < 0.02:
            words.append(f"${rng.choice(self._known)}")
        end = rng.choices((". ", ".\\n\\n", " \u2014 ", ' \\"so\\". '), (82, 15, 1, 2))[0]
        return " ".join((first.capitalize(), *words)) + end

    def _code(self, address: str) -> str:
        rng = self._rng
        comment, label = (" ".join(rng.choices(self._words, k=k)) for k in (4, 1))
        lines = (
            f"{rng.choice(_MEMORY)}.w ${address} ; {comment}",
            f"{rng.choice(_IMPLIED)}",
            f"LDA.b #${rng.randrange(256):02X}",
            f"{rng.choice(_MEMORY)}.l ${rng.choice(self._known)}, X",
            f"JSL {label.title()}_Main",
        )
        return "".join(f"    {line}\\n" for line in rng.sample(lines, len(lines)))

    def rows(self, count: int) -> Iterator[_Row]:
        rng = self._rng
        remembered: list[_Row] = []
        for _ in range(count):
            kind = rng.random()
            if remembered and kind < _EXACT_SHARE:
                yield rng.choice(remembered)
            elif remembered and kind < _EXACT_SHARE + _NEAR_SHARE:
                yield self._edited(rng.choice(remembered))
            else:
                row = self._new_row()
                yield row
                if len(remembered) < _REMEMBERED_ROWS:
                    remembered.append(row)
                elif kind < 0.3:
                    remembered[rng.randrange(_REMEMBERED_ROWS)] = row

    def _new_row(self) -> _Row:
        rng = self._rng
        domain = rng.choices(list(DOMAIN_SHARES), list(DOMAIN_SHARES.values()))[0]
        kind = rng.random()
        length = 1 if kind < _SHORT_SHARE else rng.choice(_PASSAGES)
        pool = self._prose
        if domain == "asm":
            pool = self._unknown if kind > 1 - _UNKNOWN_SHARE else self._listing
        return rng.choice(self._questions), rng.choices(pool, k=length), domain

    def _edited(self, row: _Row) -> _Row:
        question, passages, domain = row
        pool = self._listing if domain == "asm" else self._prose
        place = self._rng.randrange(len(passages))
        return question, [*passages[:place], self._rng.choice(pool), *passages[place + 1 :]], domain
