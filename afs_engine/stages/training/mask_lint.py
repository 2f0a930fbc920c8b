"""Looks at every row before the first step: what can't be trained as it is, is named.

Owns the faults, the rule (drop or refuse) and the token report. It must not know how rows are
tokenised or trained.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from afs_engine.errors import EmptyResultError, InputError
from afs_engine.stages.training.chat_rows import ChatRow, read_chat_rows
from afs_engine.stages.training.masking import RowTokeniser, TokenRow
from afs_engine.stages.training.results import FaultyRows, TokenReport

_LINES_NAMED = 20


@dataclass(frozen=True, slots=True)
class MaskRule:
    """`max_length` in tokens; `action` is what becomes of a file with faulty rows."""

    max_length: int
    action: Literal["drop", "refuse"] = "drop"


@dataclass(slots=True)
class _Findings:
    kept: list[TokenRow] = field(default_factory=list)
    faults: dict[str, list[int]] = field(default_factory=dict)
    warned: dict[str, list[int]] = field(default_factory=dict)


def find_fault(chat: ChatRow, row: TokenRow, bos_id: int | None, max_length: int) -> str | None:
    """Why a row can't be trained as it is, in words; None for a sound row."""
    if not chat.answer.strip():
        return "empty answer"
    if bos_id is not None and list(row.ids[:2]) == [bos_id, bos_id]:
        return "two begin tokens"
    if not row.ended:
        return "no end token after the answer"
    if row.trained_from >= max_length:
        return "no room for the answer"
    return "answer cut off" if row.trained_to > max_length else None


def prepare_rows(path: Path, tokeniser: RowTokeniser, rule: MaskRule) -> tuple[list[TokenRow], TokenReport]:
    """The rows of a file that can be trained, none longer than `rule.max_length`, and the report.

    Raises InputError when the rule refuses, EmptyResultError when no row is left.
    """
    found = _inspect(read_chat_rows(path), tokeniser, rule.max_length)
    report = _report(path, found)
    if found.faults and rule.action == "refuse":
        raise InputError(f"rows that can't be trained: {describe(report.dropped)}", where=path)
    if not found.kept:
        raise EmptyResultError(
            f"no row can be trained: {describe(report.dropped) or 'the file is empty'}",
            where=path,
            hint="raise max_length, or look at the rows named",
        )
    return found.kept, report


def _inspect(rows: Iterable[ChatRow], tokeniser: RowTokeniser, max_length: int) -> _Findings:
    found = _Findings()
    for chat, row in tokeniser.tokenise(rows):
        fault = find_fault(chat, row, tokeniser.bos_id, max_length)
        if fault:
            found.faults.setdefault(fault, []).append(row.line)
            continue
        if any(text in chat.user or text in chat.answer for text in tokeniser.control_texts):
            found.warned.setdefault("control token written in the text", []).append(row.line)
        found.kept.append(_shortened(row, max_length))
    return found


def _shortened(row: TokenRow, max_length: int) -> TokenRow:
    """Without the untrained rest of the template that would not fit."""
    if len(row.ids) <= max_length:
        return row
    ids = row.ids[:max_length].copy()
    return TokenRow(row.line, row.domain, ids, row.trained_from, row.answer_to, row.trained_to)


def _report(path: Path, found: _Findings) -> TokenReport:
    lengths = [len(row.ids) for row in found.kept]
    histogram = Counter(1 << (length - 1).bit_length() for length in lengths)
    return TokenReport(
        file=path.name,
        rows_read=len(found.kept) + sum(map(len, found.faults.values())),
        rows_kept=len(found.kept),
        dropped=_named(found.faults),
        warned=_named(found.warned),
        total_tokens=sum(lengths),
        trained_tokens=sum(row.trained_tokens for row in found.kept),
        longest_row=max(lengths, default=0),
        lengths=dict(sorted(histogram.items())),
    )


def _named(lines: dict[str, list[int]]) -> dict[str, FaultyRows]:
    return {
        fault: FaultyRows(count=len(where), lines=where[:_LINES_NAMED])
        for fault, where in sorted(lines.items())
    }


def describe(faults: dict[str, FaultyRows]) -> str:
    """Faults in one line of text, with their count and the first lines concerned."""
    parts = []
    for fault, rows in faults.items():
        more = ", ..." if rows.count > 5 else ""
        parts.append(f"{rows.count:,} {fault} (lines {', '.join(map(str, rows.lines[:5]))}{more})")
    return "; ".join(parts)
