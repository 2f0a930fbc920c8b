"""Redaction of decoded rows on their way into the store. Knows rows and raw lines, not files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.jsonl_block import BadLine
from afs_engine.data.sample import TrainingSample, content_digest
from afs_engine.data.shape import Row, is_canonical
from afs_engine.stages.redaction.findings import FieldFinding
from afs_engine.stages.redaction.redactor import Redactor

_ROWS_AT_ONCE, _CHARACTERS_AT_ONCE = 256, 1 << 18


class RowRedactor:
    """Cleans rows; a row without a finding comes back as the same object."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def clean_rows(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with placeholders."""
        cleaned = list(rows)
        for place, row, _ in changed_rows(self._redactor, rows):
            cleaned[place] = row
        return cleaned

    def clean_samples(self, samples: Iterable[TrainingSample]) -> Iterator[TrainingSample]:
        """The samples with placeholders; some are read ahead."""
        for batch in _batched(samples):
            changed = self._redactor.redact_samples(batch)
            yield from (changed[at][0] if at in changed else each for at, each in enumerate(batch))

    def clean_bad(self, path: Path, bad: BadLine) -> tuple[Path, BadLine]:
        """A refused line and the name of its file, for the quarantine file."""
        name = self._redactor.redact_text(show_path(path)).text
        return Path(name), replace(bad, raw=self.clean_raw(bad.raw))

    def clean_raw(self, raw: bytes) -> bytes:
        """A line that is no row, for the quarantine file: bytes that are not UTF-8 become escapes."""
        return self._redactor.redact_text(raw.decode("utf-8", "backslashreplace")).text.encode()


def changed_rows(redactor: Redactor, rows: Sequence[Row]) -> Iterator[tuple[int, Row, list[FieldFinding]]]:
    """Each row that holds a secret: its place, the row with placeholders, what was found.

    An id that was the content's id follows the content.
    """
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        for place, (clean, findings) in redactor.redact_values(part).items():
            yield start + place, _with_new_id(part[place], clean), findings


def _batched(samples: Iterable[TrainingSample]) -> Iterator[list[TrainingSample]]:
    """Some at once: as many as pay, and never much text."""
    batch: list[TrainingSample] = []
    size = 0
    for sample in samples:
        batch.append(sample)
        size += len(sample.instruction) + len(sample.input) + len(sample.output) + len(sample.thinking)
        if len(batch) >= _ROWS_AT_ONCE or size >= _CHARACTERS_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _with_new_id(old: Row, new: Row) -> Row:
    if not is_canonical(old) or old.get("sample_id") != _content_id_of(old):
        return new
    return new | {"sample_id": _content_id_of(new)}


def _content_id_of(row: Row) -> str:
    return content_digest(
        row["instruction"], row.get("input", ""), row["output"], row.get("thinking", "")
    ).hex()
