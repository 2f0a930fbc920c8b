"""Redaction of decoded rows on their way into the store. Knows rows and raw lines, not files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from afs_engine.data.display import show_path
from afs_engine.data.jsonl_block import BadLine
from afs_engine.data.sample import TrainingSample, content_digest
from afs_engine.stages.redaction.redactor import Redactor

Row = dict[str, Any]


class RowRedactor:
    """Cleans canonical rows; a row without a finding comes back as the same object."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def clean_row(self, row: Row) -> Row:
        """The row with placeholders. An id that was the content's id follows the content."""
        clean, findings = self._redactor.redact_value(row)
        if not findings:
            return row
        if row.get("sample_id") == content_id_of(row):
            clean["sample_id"] = content_id_of(clean)
        return dict(clean)

    def clean_sample(self, sample: TrainingSample) -> TrainingSample:
        """The sample with placeholders."""
        return self._redactor.redact_sample(sample)[0]

    def clean_bad(self, path: Path, bad: BadLine) -> tuple[Path, BadLine]:
        """A refused line and the name of its file, for the quarantine file."""
        name = self._redactor.redact_text(show_path(path)).text
        return Path(name), replace(bad, raw=self.clean_raw(bad.raw))

    def clean_raw(self, raw: bytes) -> bytes:
        """A line that is no row, for the quarantine file: bytes that are not UTF-8 become escapes."""
        return self._redactor.redact_text(raw.decode("utf-8", "backslashreplace")).text.encode()


def content_id_of(row: Row) -> str:
    """The content id of a canonical row."""
    return content_digest(
        row["instruction"], row.get("input", ""), row["output"], row.get("thinking", "")
    ).hex()
