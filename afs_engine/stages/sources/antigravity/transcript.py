"""Reading a transcript of Antigravity's agent: `brain/<id>/.system_generated/logs/transcript.jsonl`.

Owns the vendor's field names and step types (read off logs of the program's versions of 2026; there is
no published schema). Every line is one step. Knows no turn and no folder.
"""

import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.antigravity.step_turns import StepTurns
from afs_engine.stages.sources.chat.lines import LogLines, count_unknown

_RESULT_HEADER = re.compile(r"Created At: [^\n]*\nCompleted At: [^\n]*\n")
_BOOKKEEPING = frozenset(
    {"SYSTEM_MESSAGE", "EPHEMERAL_MESSAGE", "CONVERSATION_HISTORY", "KNOWLEDGE_ARTIFACTS", "TASK_BOUNDARY"}
)
_PEOPLE = frozenset({None, "USER_EXPLICIT"})
_TOOLS = frozenset({"MODEL", "TOOL"})


class _Call(Struct, gc=False):
    name: str = ""
    args: Any = None


class _Step(Struct, gc=False):
    """One line. A result names no call: it belongs to the first that has none yet."""

    type: str = ""
    source: str | None = None
    status: str | None = None
    created_at: str | None = None
    content: str | None = None
    thinking: str | None = None
    tool_calls: list[_Call] | None = None
    exit_code: int | None = None


_STEPS = msgspec.json.Decoder(_Step)


def read_transcript(path: Path, turns: StepTurns, counts: RecordCounts) -> None:
    """Hands the transcript's steps to `turns`; every line is counted."""
    log = LogLines(path, counts)
    for steps, _ in log.decode(_STEPS):
        for step in steps:
            _add_step(step, turns, counts)
        if log.is_damaged:
            turns.doubt()


def _add_step(step: _Step, turns: StepTurns, counts: RecordCounts) -> None:
    if step.type == "USER_INPUT":
        turns.ask(step.content or "", step.created_at or "", is_person=step.source in _PEOPLE)
    elif step.type == "PLANNER_RESPONSE":
        calls = [(call.name, call.args) for call in step.tool_calls or ()]
        turns.answer(step.content or "", step.thinking or "", calls)
        turns.note_status(step.status)
    elif step.type == "ERROR_MESSAGE":
        turns.fail()
    elif step.type == "CHECKPOINT":
        counts.skip("compaction")
    elif step.type in _BOOKKEEPING:
        counts.skip("bookkeeping")
    elif step.type and step.source in _TOOLS and turns.awaits_result:
        is_error = step.status == "ERROR" or bool(step.exit_code)
        turns.add_result(_RESULT_HEADER.sub("", step.content or "", count=1).strip(), is_error=is_error)
        turns.note_status(step.status)
    else:
        count_unknown(counts, step.type)
