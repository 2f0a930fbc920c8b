"""Looks at every row before the first step: what can't be trained as it is, is named.

Owns the faults, the rule (drop, truncate the question, or refuse) and the token report. It must not
know how rows are tokenised or trained.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from afs_engine.errors import EmptyResultError, InputError
from afs_engine.stages.training.chat_rows import ChatRow, read_chat_rows
from afs_engine.stages.training.masking import EnginesDifferError, RowTokeniser, TokenRow
from afs_engine.stages.training.results import FaultyRows, TokenReport
from afs_engine.stages.training.token_table import TokenTable, TokenTableWriter

_LINES_NAMED = 20
_TOO_LONG = ("no room for the answer", "answer cut off")


@dataclass(frozen=True, slots=True)
class MaskRule:
    """`max_length` in tokens; `action` is what becomes of rows that can't be trained as they are.

    "truncate" leaves out the oldest turns of a row that is too long, and then the end of its question,
    never a part of its answer; a row with another fault is dropped.
    """

    max_length: int
    action: Literal["drop", "truncate", "refuse"] = "drop"


@dataclass(slots=True)
class _Findings:
    kept: TokenTableWriter
    rows: int = 0
    total_tokens: int = 0
    trained_tokens: int = 0
    truncated: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    faults: dict[str, list[int]] = field(default_factory=dict)
    warned: dict[str, list[int]] = field(default_factory=dict)

    def keep(self, row: TokenRow) -> None:
        self.kept.append(row)
        self.rows += 1
        self.total_tokens += len(row.ids)
        self.trained_tokens += row.trained_tokens
        self.lengths[len(row.ids)] += 1


def find_fault(chat: ChatRow, row: TokenRow | None, bos_id: int | None, max_length: int) -> str | None:
    """Why a row can't be trained as it is, in words; None for a sound row."""
    if row is None:
        return "the chat template refuses its turns"
    if not chat.answer.strip():
        return "empty answer"
    if bos_id is not None and list(row.ids[:2]) == [bos_id, bos_id]:
        return "two begin tokens"
    if not row.ended:
        return "no end token after the answer"
    if row.spans[-1][0] >= max_length:
        return "no room for the answer"
    return "answer cut off" if row.trained_to > max_length else None


def prepare_rows(
    path: Path, tokeniser: RowTokeniser, rule: MaskRule, scratch: Path | None = None
) -> tuple[TokenTable, TokenReport]:
    """The rows of a file that can be trained, none longer than `rule.max_length`, and the report.

    Their tokens lie in an unnamed file in `scratch`. Raises InputError when the rule refuses,
    EmptyResultError when no row is left, StorageError when the disk is full.
    """
    try:
        found = _inspect(path, tokeniser, rule, scratch)
    except EnginesDifferError:  # told once: then the tokeniser reads with the tokenizer's own engine
        found = _inspect(path, tokeniser, rule, scratch)
    report = _report(path, found)
    if found.faults and rule.action == "refuse":
        raise InputError(f"rows that can't be trained: {describe(report.dropped)}", where=path)
    if not found.rows:
        raise EmptyResultError(
            f"no row can be trained: {describe(report.dropped) or 'the file is empty'}",
            where=path,
            hint="raise max_length, or look at the rows named",
        )
    return found.kept.finish(), report


def _inspect(path: Path, tokeniser: RowTokeniser, rule: MaskRule, scratch: Path | None) -> _Findings:
    found = _Findings(TokenTableWriter(tokeniser.vocabulary_size, scratch))
    for chat, row in tokeniser.tokenise(read_chat_rows(path)):
        fault = find_fault(chat, row, tokeniser.bos_id, rule.max_length)
        if fault in _TOO_LONG and rule.action == "truncate":
            row = _truncate(chat, tokeniser, rule.max_length)
            fault = fault if row is None else None
            found.truncated += row is not None
        if fault or row is None:
            found.faults.setdefault(fault or _TOO_LONG[1], []).append(chat.line)
            continue
        _warn(found, chat, tokeniser)
        found.keep(_shortened(row, rule.max_length))
    return found


def _warn(found: _Findings, chat: ChatRow, tokeniser: RowTokeniser) -> None:
    if any(tokeniser.names_control_token(turn.text) for turn in chat.turns):
        found.warned.setdefault("control token written in the text", []).append(chat.line)
    if chat.history_unread:
        found.warned.setdefault("history is no list of turns, left out", []).append(chat.line)


def _truncate(chat: ChatRow, tokeniser: RowTokeniser, max_length: int) -> TokenRow | None:
    """The row without what does not fit: old turns first, then the question's end; None if too long still."""

    def fitting(tried: ChatRow) -> TokenRow | None:
        row = tokeniser.tokenise_one(tried)
        return row if find_fault(tried, row, tokeniser.bos_id, max_length) is None else None

    while chat.history and any(turn.role != "system" for turn in chat.history):
        chat = chat.without_oldest_exchange()
        if row := fitting(chat):
            return row
    best, low, high = None, 0, len(chat.user)
    while low < high:  # the most characters of the question that fit
        middle = (low + high) // 2
        row = fitting(chat.with_question(chat.user[: middle + 1]))
        best, low, high = (row, middle + 1, high) if row else (best, low, middle)
    return best


def _shortened(row: TokenRow, max_length: int) -> TokenRow:
    """Without the untrained rest of the template that would not fit."""
    if len(row.ids) <= max_length:
        return row
    return TokenRow(row.line, row.domain, row.ids[:max_length], row.spans, row.ended, row.score)


def _report(path: Path, found: _Findings) -> TokenReport:
    histogram: Counter[int] = Counter()
    for length, rows in found.lengths.items():
        histogram[1 << (length - 1).bit_length()] += rows
    return TokenReport(
        file=path.name,
        rows_read=found.rows + sum(map(len, found.faults.values())),
        rows_kept=found.rows,
        truncated=found.truncated,
        dropped=_named(found.faults),
        warned=_named(found.warned),
        total_tokens=found.total_tokens,
        trained_tokens=found.trained_tokens,
        longest_row=max(found.lengths, default=0),
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
        lines = "line" if rows.count == 1 else "lines"
        parts.append(f"{rows.count:,} {fault} ({lines} {', '.join(map(str, rows.lines[:5]))}{more})")
    return "; ".join(parts)
