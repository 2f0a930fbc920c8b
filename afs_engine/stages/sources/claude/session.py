"""Reading one Claude Code session file: from its lines to the conversation on the live branch.

Owns the order of the work: decode, leave out sub-agents and abandoned branches, put turns together.
Knows no option and makes no sample.
"""

from collections.abc import Iterator
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.lines import REFUSALS, LogLines
from afs_engine.stages.sources.claude.records import (
    CONVERSATION_TYPES,
    LINES,
    Envelope,
    Line,
    decode_envelope,
)
from afs_engine.stages.sources.claude.tree import find_lost_parents, keep_live
from afs_engine.stages.sources.claude.turns import assemble_turns

VENDOR = "claude"


def read_conversations(
    path: Path, root: Path, counts: RecordCounts, tool_chars: int
) -> Iterator[Conversation]:
    """The conversation in the session file `path`, where it has an answered question.

    Every line is counted: as skipped here, or in the records of the turns given. Of a tool call's
    arguments and result at most `tool_chars` characters are kept.
    """
    lines: list[Line] = []
    header = Envelope()
    log = LogLines(path, counts)
    has_damage = False
    for records, raw_lines in log.decode(LINES):
        has_damage = has_damage or log.is_damaged
        if header.session_id is None:
            header = _find_header(records, raw_lines)
        lines += records
    main = [line for line in lines if not line.is_sidechain]
    branches = keep_live(main)
    left_out = {
        "sub-agent": len(lines) - len(main),
        "repeated record": branches.repeated,
        "abandoned branch": branches.abandoned,
    }
    counts.skipped.update({reason: count for reason, count in left_out.items() if count})
    lost = find_lost_parents(main) if has_damage else frozenset()
    turns = assemble_turns(branches.lines, counts, tool_chars, lost)
    if turns:
        yield Conversation(
            vendor=VENDOR,
            session_id=header.session_id or show_path(path.stem),
            path=show_path(path.relative_to(root)),
            turns=turns,
            project=header.cwd or "",
            slug=show_path(path.parent.name),
            branch=header.git_branch or "",
            started=header.timestamp or "",
        )


def _find_header(records: list[Line], raw_lines: list[bytes]) -> Envelope:
    """What the first line of the conversation says about the session, or nothing yet."""
    for record, raw in zip(records, raw_lines, strict=True):
        if record.type in CONVERSATION_TYPES and not record.is_sidechain:
            try:
                return decode_envelope(raw)
            except REFUSALS:
                continue
    return Envelope()
