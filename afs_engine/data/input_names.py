"""What an input file is called for short: its name without folder and suffixes. Opens no file."""

from pathlib import Path

_SUFFIXES = (".gz", ".zst", ".jsonl", ".ndjson", ".json", ".parquet")


def file_stem(path: Path) -> str:
    """`data/oracle_scored.jsonl.gz` -> `oracle_scored`."""
    name = path.name
    while (suffix := Path(name).suffix) in _SUFFIXES and suffix:
        name = name[: -len(suffix)]
    return name
