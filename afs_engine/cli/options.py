"""Options that several commands share, so that they read the same everywhere."""

import math
import os.path
from pathlib import Path
from typing import Any

import click

from afs_engine.data.display import show_path


class _FilePath(click.Path):
    """A path as a person writes it: `~` is their home, also behind `--flag=` where no shell expands it.

    Existence is checked by the engine, whose error names what to do.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not value:
            self.fail("the path is empty", param, ctx)
        return Path(os.fsdecode(super().convert(value, param, ctx))).expanduser()


class _RowsFile(_FilePath):
    """Where rows are written: as plain JSONL, under a name that does not say otherwise."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = super().convert(value, param, ctx)
        if path.suffix.lower() in _OTHER_FORMATS:
            self.fail(f"rows are written as plain JSONL, not as {path.suffix}: end it in .jsonl", param, ctx)
        if os.path.isdir(path):  # noqa: PTH112 - False, not an error, where it may not be looked at
            self.fail(f"{show_path(path)} is a folder: name a file in it", param, ctx)
        return path


class FiniteRange(click.FloatRange):
    """A number: not nan, which is in no range and out of none, and not infinity."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no number to work with", param, ctx)
        return number


class _Name(click.types.StringParamType):
    """A name that can be told on one line, and to which `@VERSION` can be added."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip() or "@" in value or not value.isprintable():
            self.fail(f"'{show_path(value)}' is no name: a few letters on one line, without @", param, ctx)
        return str(value)


NAME = _Name()
_OTHER_FORMATS = (".gz", ".zst", ".bz2", ".xz", ".zip", ".parquet", ".csv", ".tsv")
FILE = _FilePath(readable=False)
ROWS_FILE = _RowsFile(readable=False)

output_option = click.option("--output", type=ROWS_FILE, required=True, help="Where the result goes.")
input_option = click.option("--input", "source", type=FILE, required=True, help="The file to read.")
inputs_option = click.option(
    "--input", "inputs", type=FILE, required=True, multiple=True, help="A file to read; may be repeated."
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=42, show_default=True, help="Decides every draw."
)
shuffle_option = click.option(
    "--shuffle/--no-shuffle", default=True, show_default=True, help="Mix the order of rows."
)


def default_output(source: Path, suffix: str) -> Path:
    """`raw.jsonl` -> `raw_<suffix>.jsonl` beside it."""
    from afs_engine.data.input_names import file_stem

    return source.with_name(f"{file_stem(source)}_{suffix}.jsonl")
