"""Redaction's throughput on one core, by kind of text.

Run: python -m tests.bench.bench_redaction. Prints MB of text per CPU second (best of three) and
findings per MB; texts are 2 kB. `rows` are JSON rows of 220 bytes, every fifth with a secret, as a file of
them is redacted; `dense rows` have one in every row. `file` is the corpus of the promise (5 MB/s):
ten rows of asm, hashes and ids for each with a secret, read, redacted and written; no start of a program.
`loop` is the CPU time of a fixed plain loop, to tell a busy machine from a slow program.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from afs_engine.data.sample import encode_row
from afs_engine.runs.files.redact import redact_file
from afs_engine.stages.redaction.redactor import Redactor
from tests.stages.redaction.benign_rows import KINDS, benign_rows
from tests.stages.redaction.planted_secrets import CONTEXTUAL, PREFIXED, chars, hexes

_TALK = """the quick model runs over every token and key of a large prompt while we train adapters on memory
notes that describe how a routine loads state from ram then returns its value after checking flags in assembly
code please explain what this function does and why the session path was changed by its author"""
_WORDS = _TALK.split()
PREFIXES = list(PREFIXED.values())
_ROW_CHARACTERS = 2000
_ROWS = 500
_JSON_ROWS = 5000
_SECRETS_IN_FILE = 4000


def prose(rng: Random) -> str:
    return " ".join(rng.choices(_WORDS, k=16)).capitalize() + ". "


def asm(rng: Random) -> str:
    return f"    LDA.w ${hexes(rng, 4).upper()},X : JSL.l Sprite_{hexes(rng, 6)} ; key {rng.randint(0, 99)}\n"


def log(rng: Random) -> str:
    return (
        f"2026-01-1{rng.randint(0, 9)}T12:00:00.{rng.randint(100, 999)}Z INFO id={hexes(rng, 16)} status=200 "
        f"peer=10.0.{rng.randint(0, 255)}.7:{rng.randint(1000, 9999)} commit {hexes(rng, 40)}\n"
    )


def secrets(rng: Random) -> str:
    make, ways = rng.choice(list(CONTEXTUAL.values()))
    prefixed = rng.choice(PREFIXES)(rng)
    return f"{rng.choice(ways).format(make(rng))}\n{prefixed}\n{prose(rng)}"


def chat(rng: Random) -> str:
    """Talk, tool output and code, with a home path or a secret in about every other kilobyte."""
    parts = [prose(rng) * 4, prose(rng) * 6, log(rng) * 3, asm(rng) * 5, "\n".join(harmless_rows(rng, 8))]
    told = ["cd /home/kleeman/src && make\n", f"mail {chars(rng, 5).lower()}@firma.de\n", secrets(rng)]
    return rng.choice(parts) + (rng.choice(told) if rng.random() < 0.25 else "")


def mixed(rng: Random) -> str:
    """The promise's corpus: ten harmless lines and a sentence for each secret in its surroundings."""
    told = told_secret(rng)
    return "\n".join([*harmless_rows(rng, 10), prose(rng), told, ""])


def harmless_rows(rng: Random, count: int) -> list[str]:
    """Some of all kinds, those that talk of secrets without telling one among them."""
    return rng.sample(benign_rows(rng, KINDS), count)


def told_secret(rng: Random) -> str:
    """One with a prefix, or one in its surroundings."""
    make, ways = rng.choice(list(CONTEXTUAL.values()))
    return rng.choice(ways).format(make(rng)) if rng.random() < 0.5 else rng.choice(PREFIXES)(rng)


def rows_of(piece: Callable[[Random], str]) -> list[str]:
    rng = Random(1)
    rows = []
    for _ in range(_ROWS):
        text = ""
        while len(text) < _ROW_CHARACTERS:
            text += piece(rng)
        rows.append(text)
    return rows


def measure(rows: list[str]) -> tuple[float, int]:
    """(best CPU seconds of three, findings)."""
    best, findings = float("inf"), 0
    for _ in range(3):
        redactor = Redactor()
        started = time.process_time()
        for row in rows:
            redactor.redact_text(row)
        best = min(best, time.process_time() - started)
        findings = redactor.report().findings
    return best, findings


def json_rows(every: int) -> list[dict[str, str]]:
    rng = Random(2)
    rows = []
    for number in range(_JSON_ROWS):
        told = told_secret(rng)
        harmless = harmless_rows(rng, 3)
        answer = prose(rng) + told if number % every == 0 else "\n".join(harmless[1:])
        rows.append({"instruction": harmless[0], "output": answer, "domain": "asm"})
    return rows


def measure_rows(rows: list[dict[str, str]]) -> tuple[float, int]:
    """The same of rows, a few hundred at a time."""
    best, findings = float("inf"), 0
    for _ in range(3):
        redactor = Redactor()
        started = time.process_time()
        for start in range(0, len(rows), 256):
            redactor.redact_values(rows[start : start + 256])
        best = min(best, time.process_time() - started)
        findings = redactor.report().findings
    return best, findings


def corpus_rows(rng: Random) -> list[dict[str, str]]:
    """Ten harmless rows and one with a secret in its surroundings."""
    told = told_secret(rng)
    return [
        {"instruction": prose(rng), "output": each, "domain": "chat"}
        for each in (*harmless_rows(rng, 10), told)
    ]


def measure_file() -> tuple[int, float, int]:
    """(bytes, best CPU seconds of three, findings) of the promise's corpus as a file."""
    rng, best, findings = Random(3), float("inf"), 0
    lines = [encode_row(row) for _ in range(_SECRETS_IN_FILE) for row in corpus_rows(rng)]
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "rows.jsonl", Path(folder) / "redacted.jsonl"
        source.write_bytes(b"\n".join([*lines, b""]))
        for _ in range(3):
            started = time.process_time()
            findings = len(redact_file(source, output).findings)
            best = min(best, time.process_time() - started)
    return sum(map(len, lines)), best, findings


def loop_seconds() -> float:
    started, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number & 3
    return time.process_time() - started


def main() -> None:
    for piece in (prose, asm, log, chat, mixed, secrets):
        rows = rows_of(piece)
        print_line(piece.__name__, sum(map(len, rows)), *measure(rows))
    for name, every in (("rows", 5), ("dense rows", 1)):
        made = json_rows(every)
        print_line(name, sum(len(encode_row(row)) for row in made), *measure_rows(made))
    print_line("file", *measure_file())


def print_line(name: str, size: int, seconds: float, findings: int) -> None:
    megabytes = size / 1e6
    print(
        f"{name:10} {megabytes / seconds:6.1f} MB/s  {findings / megabytes:7.0f} findings/MB"
        f"  loop {loop_seconds() * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    main()
