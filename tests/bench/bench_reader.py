"""The strict reader's CPU time against loops that only parse the lines.

Run: python -m tests.bench.bench_reader [rows]. Prints CPU seconds (best of three, in one run) and
ratios; the rows are about 1.9 kB each, of prose, 65816 assembly and JSON inside strings.
"""

import gzip
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import msgspec
import zstandard

from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_validate import validate_file

_TEXT = 'the register holds label: "quoted" word and path C:\\rom of bank $7E stores : value'
_CODE = ("LDA #$10", "STA $7EF36D ; keep : it", "JSR .loop", "label:", "REP #$20")


def make_rows(path: Path, count: int, answer: Callable[[Random, list[str]], str]) -> None:
    rng = Random(1)
    texts = [
        " ".join(rng.choices(_TEXT.split(), k=150)) + "\n".join(rng.choices(_CODE, k=70)) for _ in range(2000)
    ]
    with path.open("w") as file:
        for index in range(count):
            row = {
                "instruction": f"Question {index}?",
                "output": answer(rng, texts),
                "domain": "asm",
                "source": "a.md",
            }
            file.write(json.dumps(row) + "\n")


def plain_answer(rng: Random, texts: list[str]) -> str:
    return rng.choice(texts)


def tool_answer(rng: Random, texts: list[str]) -> str:
    return json.dumps({"path": "a.asm", "lines": [{"n": 1}], "text": rng.choice(texts)})


def parse_lines(path: Path, parse: Callable[[bytes], object]) -> int:
    count = 0
    with path.open("rb") as file:
        for line in file:
            parse(line)
            count += 1
    return count


def read_strictly(path: Path) -> int:
    return sum(len(block.rows) for block in read_input(path))


def cpu_seconds(work: Callable[[], int], expected: int) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        assert work() == expected
        best = min(best, time.process_time() - start)
    return best


def report(name: str, path: Path, count: int) -> None:
    decode = msgspec.json.Decoder().decode
    base = cpu_seconds(lambda: parse_lines(path, decode), count)
    print(f"{name}: {count:,} rows, {path.stat().st_size / 1e6:.0f} MB; CPU s (ratio to the msgspec loop)")
    ways: dict[str, Callable[[], int]] = {
        "strict reader": lambda: read_strictly(path),
        "strict reader + lines": lambda: sum(len(block.lines) for block in read_input(path)),
        "validate": lambda: validate_file(path).kept,
        "json.loads loop": lambda: parse_lines(path, json.loads),
    }
    print(f"  {'msgspec loop':22} {base:.2f}")
    for way, work in ways.items():
        seconds = cpu_seconds(work, count)
        print(f"  {way:22} {seconds:.2f}  {seconds / base:.2f}")


def report_packed(path: Path, count: int) -> None:
    data = path.read_bytes()
    for suffix, packed in (
        (".gz", gzip.compress(data, 6)),
        (".zst", zstandard.ZstdCompressor().compress(data)),
    ):
        target = path.with_name("rows.jsonl" + suffix)
        target.write_bytes(packed)
        print(f"  strict reader, {suffix:7} {cpu_seconds(partial(read_strictly, target), count):.2f}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        make_rows(path, count, plain_answer)
        report("plain rows", path, count)
        report_packed(path, count)
        make_rows(path, count, tool_answer)
        report("rows with JSON in their texts", path, count)


if __name__ == "__main__":
    main()
