"""The chain written without AFS, twice: staged in plain Python, and as one lazy Polars query.

    python -m tests.bench.chain_rivals plain|polars CORPUS OUTPUT

Both score by length and known addresses, filter, drop exact copies, split by hash within each domain,
balance the training side by weight and write chat rows. They skip what AFS adds: strict reading, ledgers,
digests, checking what was written, a shuffled order, and keeping the canonical rows beside the chat rows.
"""

import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.chain_corpus import known_addresses

MIN_SCORE = 0.8
ENTITY_WEIGHT, LENGTH_WEIGHT = 0.2, 0.1
SHARES = {"asm": 0.35, "docs": 0.3, "memory": 0.22, "history": 0.13}
TEST_SHARE, VAL_SHARE = 0.1, 0.1

Row = dict[str, Any]


def run_plain(corpus: Path, output: Path) -> None:
    """One stage after another, each reading the file before it and writing its own."""
    files = [corpus, *(output.with_name(f"{output.stem}.{n}.jsonl") for n in range(5)), output]
    stages: list[Callable[[Iterator[Row]], Iterable[Row]]] = [
        _score,
        _filter,
        _drop_copies,
        _split,
        _balance,
        _convert,
    ]
    for stage, source, target in zip(stages, files, files[1:], strict=False):
        with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as file:
            for row in stage(json.loads(line) for line in lines):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _score(rows: Iterator[Row]) -> Iterator[Row]:
    find = re.compile(r"\$([0-9A-F]{4,6})\b").findall
    known = set(known_addresses())
    for row in rows:
        length = _length_score(len(row["output"]))
        found = find(row["output"])
        if found:
            entity = sum(address in known for address in found) / len(found)
            total = ENTITY_WEIGHT * entity + LENGTH_WEIGHT * length
            row["quality_score"] = round(total / (ENTITY_WEIGHT + LENGTH_WEIGHT), 4)
        else:
            row["quality_score"] = round(length, 4)
        yield row


def _length_score(length: int) -> float:
    if length < 50:
        return 0.5 * length / 50
    if length < 500:
        return 0.5 + 0.5 * (length - 50) / 450
    return 1 - 0.3 * (length - 500) / 4500 if length < 5000 else 0.7 * 5000 / length


def _filter(rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if row["quality_score"] >= MIN_SCORE)


def _drop_copies(rows: Iterator[Row]) -> Iterator[Row]:
    seen: set[bytes] = set()
    for row in rows:
        key = _content_hash(row)
        if key not in seen:
            seen.add(key)
            yield row


def _content_hash(row: Row) -> bytes:
    return hashlib.blake2b(f"{row['instruction']}\0{row['output']}".encode(), digest_size=16).digest()


def _by_domain(rows: Iterator[Row]) -> dict[str, list[Row]]:
    """Rows by domain, in the order of their hash."""
    domains = defaultdict(list)
    for row in rows:
        domains[row["domain"]].append(row)
    for members in domains.values():
        members.sort(key=_content_hash)
    return domains


def _split(rows: Iterator[Row]) -> Iterator[Row]:
    for members in _by_domain(rows).values():
        tests = round(len(members) * TEST_SHARE)
        vals = round(len(members) * (TEST_SHARE + VAL_SHARE))
        for place, row in enumerate(members):
            yield row | {"split": "test" if place < tests else "val" if place < vals else "train"}


def _balance(rows: Iterator[Row]) -> Iterator[Row]:
    """Every row of val and test, and as many of train as the shares allow; rows come in hash order."""
    held = list(rows)
    supply = Counter(row["domain"] for row in held if row["split"] == "train")
    total = min(supply[domain] / share for domain, share in SHARES.items())
    drawn: Counter[str] = Counter()
    for row in held:
        if row["split"] != "train":
            yield row
        elif drawn[row["domain"]] < int(total * SHARES[row["domain"]]):
            drawn[row["domain"]] += 1
            yield row


def _convert(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        question = {"role": "user", "content": row["instruction"]}
        answer = {"role": "assistant", "content": row["output"]}
        yield {"messages": [question, answer], "split": row["split"]}


def run_polars(corpus: Path, output: Path) -> None:
    """One lazy query on the streaming engine."""
    import polars as pl

    domain, key, chars = pl.col("domain"), pl.col("key"), pl.col("output").str.len_chars()
    known = pl.Series([f"${address}" for address in known_addresses()]).implode()
    length = (
        pl.when(chars < 50)
        .then(0.5 * chars / 50)
        .when(chars < 500)
        .then(0.5 + 0.5 * (chars - 50) / 450)
        .when(chars < 5000)
        .then(1 - 0.3 * (chars - 500) / 4500)
        .otherwise(0.7 * 5000 / chars)
    )
    mean = (ENTITY_WEIGHT * pl.col("entity") + LENGTH_WEIGHT * pl.col("length")) / (
        ENTITY_WEIGHT + LENGTH_WEIGHT
    )
    place = key.rank("ordinal").over("domain")
    tests, vals = (
        (pl.len().over("domain") * share).round() for share in (TEST_SHARE, TEST_SHARE + VAL_SHARE)
    )
    in_train = pl.col("split") == "train"
    total = (pl.col("supply") / pl.col("share")).filter(in_train).min()
    columns = dict.fromkeys(("instruction", "output", "domain", "source"), pl.String)
    (
        pl.scan_ndjson(corpus, schema=columns)
        .with_columns(addresses=pl.col("output").str.extract_all(r"\$[0-9A-F]{4,6}\b"), length=length)
        .with_columns(entity=pl.col("addresses").list.eval(pl.element().is_in(known)).list.mean())
        .with_columns(quality_score=pl.coalesce(mean, "length").round(4))
        .filter(pl.col("quality_score") >= MIN_SCORE)
        .with_columns(key=pl.concat_str("instruction", pl.lit("\0"), "output").hash(42))
        .unique("key", keep="first", maintain_order=True)
        .with_columns(place=place, tests=tests, vals=vals)
        .with_columns(
            split=pl.when(pl.col("place") <= pl.col("tests"))
            .then(pl.lit("test"))
            .when(pl.col("place") <= pl.col("vals"))
            .then(pl.lit("val"))
            .otherwise(pl.lit("train"))
        )
        .with_columns(
            supply=pl.len().over("domain", "split"),
            share=domain.replace_strict(SHARES, return_dtype=pl.Float64),
        )
        .filter(~in_train | (key.rank("ordinal").over("domain", "split") <= total * pl.col("share")))
        .select(
            messages=pl.concat_list(
                pl.struct(role=pl.lit("user"), content="instruction"),
                pl.struct(role=pl.lit("assistant"), content="output"),
            ),
            split="split",
        )
        .sink_ndjson(output, engine="streaming")
    )


RIVALS = {"plain": run_plain, "polars": run_polars}

if __name__ == "__main__":
    RIVALS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
