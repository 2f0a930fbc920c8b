"""Stand-alone redaction of a JSONL file: every text of every row, whatever its keys.

Rows without a finding keep their bytes. Lines that are no JSON object go to a quarantine file beside
the output, their raw text redacted too. Values never leave: findings are places and kinds.
"""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.atomic import atomic_file
from afs_engine.data.garbage import paused_collector
from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_block import BadLine, LineBlock, ReaderLimits
from afs_engine.data.jsonl_cut import Piece
from afs_engine.data.output_paths import refuse_overwriting
from afs_engine.data.quarantine import late_quarantine
from afs_engine.data.sample import encode_row
from afs_engine.stages.redaction.findings import FieldFinding
from afs_engine.stages.redaction.redactor import Redactor
from afs_engine.stages.redaction.rows import changed_rows


class RowFinding(BaseModel):
    """Where a secret stood: the 1-based line, the path of the field, characters of the decoded text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    row: int
    field: str
    start: int
    end: int
    kind: str


class RedactFileReport(BaseModel):
    """`quarantined_findings` counts what was found in lines that are no JSON objects."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str | None
    rows: int
    rows_changed: int
    quarantined: int
    quarantined_findings: int
    quarantine: str | None
    counts: dict[str, int]
    findings: list[RowFinding]


def redact_file(source: Path, output: Path | None) -> RedactFileReport:
    """Redacts `source` into `output`, or only looks when that is None. Raises InputError, StorageError."""
    quarantine = output.parent / f"{output.name}.quarantine.jsonl" if output else None
    refuse_overwriting([source], [path for path in (output, quarantine) if path])
    with ExitStack() as stack:
        stack.enter_context(paused_collector())
        job = _Job(source, _learned_redactor(source))
        good = stack.enter_context(atomic_file(output)) if output else None
        refused = stack.enter_context(late_quarantine(quarantine)) if quarantine else None
        for block in read_input(source):
            lines = job.redact_block(block)
            if good and lines:
                good.write(b"\n".join(lines) + b"\n")
            for bad in map(job.redact_bad, block.bad):
                if refused:
                    refused.add(source, bad)
    return job.report(output, quarantine if job.quarantined else None)


def _learned_redactor(source: Path) -> Redactor:
    """A redactor that knows the user names of the whole file before the first row."""
    redactor = Redactor()
    for block in read_input(source, decode=_leave_undecoded):
        redactor.learn_user_names(block.data.decode("utf-8", "replace"))
    return redactor


def _leave_undecoded(piece: Piece, _: ReaderLimits) -> LineBlock:
    """The lines as they are, those that are no rows among them: names stand in them as they do in rows."""
    return LineBlock(data=piece.text)


class _Job:
    """Redacts block by block and remembers where something was found."""

    def __init__(self, source: Path, redactor: Redactor) -> None:
        self._source = source
        self._redactor = redactor
        self._rows = 0
        self._changed = 0
        self.quarantined = 0
        self._quarantined_findings = 0
        self._findings: list[RowFinding] = []

    def redact_block(self, block: LineBlock) -> list[bytes]:
        """The block's rows as lines, redacted."""
        lines = list(block.lines)
        for place, row, findings in changed_rows(self._redactor, block.rows):
            lines[place] = encode_row(row)
            self._findings += [_place_in_file(block.numbers[place], each) for each in findings]
            self._changed += 1
        self._rows += len(lines)
        return lines

    def redact_bad(self, bad: BadLine) -> BadLine:
        """A refused line with its raw text redacted."""
        self.quarantined += 1
        clean = self._redactor.redact_text(bad.raw.decode("utf-8", "backslashreplace"))
        self._quarantined_findings += len(clean.findings)
        return replace(bad, raw=clean.text.encode())

    def report(self, output: Path | None, quarantine: Path | None) -> RedactFileReport:
        return RedactFileReport(
            output=str(output) if output else None,
            rows=self._rows,
            rows_changed=self._changed,
            quarantined=self.quarantined,
            quarantined_findings=self._quarantined_findings,
            quarantine=str(quarantine) if quarantine else None,
            counts=self._redactor.report().counts,
            findings=self._findings,
        )


def _place_in_file(line: int, found: FieldFinding) -> RowFinding:
    return RowFinding(row=line, field=found.field, start=found.start, end=found.end, kind=found.kind)
