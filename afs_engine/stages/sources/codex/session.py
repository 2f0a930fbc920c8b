"""Reading one Codex rollout file into a conversation.

Owns what each kind of line does to the turn that is open, and the reasons under which lines that are
part of none are counted. What the screen showed (event_msg) repeats what the model said
(response_item): it is counted as a mirror. Knows no option and makes no sample.
"""

from collections.abc import Iterator
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.assembly import API_ERROR, INTERRUPTED, TurnAssembler
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.lines import LogLines, count_unknown
from afs_engine.stages.sources.codex.people import ABORT_MARK, person_words
from afs_engine.stages.sources.codex.records import (
    BOOKKEEPING_EVENTS,
    CALL_TYPES,
    COMPACTION_TYPES,
    LINES,
    MIRROR_EVENTS,
    RESULT_TYPES,
    CompactedLine,
    ContextLine,
    Event,
    EventLine,
    Item,
    ItemLine,
    RolloutLine,
    Session,
    SessionLine,
    WorldStateLine,
    decode_any_line,
)
from afs_engine.stages.sources.codex.tools import call_arguments, call_name, call_result

VENDOR = "codex"
SUB_AGENT = "sub-agent"
_ID_CHARS = 36


def read_conversations(
    path: Path, root: Path, counts: RecordCounts, tool_chars: int
) -> Iterator[Conversation]:
    """The conversation in the rollout `path`, where it has an answered question.

    Every line is counted: as skipped here, or in the records of the turns given. Of a tool call's
    arguments and result at most `tool_chars` characters are kept.
    """
    reader = _RolloutReader(counts, tool_chars)
    log = LogLines(path, counts)
    for lines, _ in log.decode(LINES, decode_any_line):
        reader.add(lines)
        if log.is_damaged:
            reader.assembler.doubt()
    turns = reader.assembler.finish()
    session = reader.session or Session()
    if turns:
        yield Conversation(
            vendor=VENDOR,
            session_id=session.id or show_path(path.name.partition(".jsonl")[0])[-_ID_CHARS:],
            path=show_path(path.relative_to(root)),
            turns=turns,
            project=session.cwd or "",
            branch=(session.git.branch if session.git else "") or "",
            started=session.timestamp or "",
        )


class _RolloutReader:
    """Takes the lines in order; `session` is the header, once it was seen."""

    def __init__(self, counts: RecordCounts, tool_chars: int) -> None:
        self.assembler = TurnAssembler(counts)
        self.session: Session | None = None
        self._counts = counts
        self._tool_chars = tool_chars
        self._model: str | None = None
        self._messages = 0

    def add(self, lines: list[RolloutLine]) -> None:
        """Takes the lines that come next."""
        if self.session is None:
            # A forked session repeats the header of the one it comes from: the first one counts.
            self.session = next((line.payload for line in lines if isinstance(line, SessionLine)), None)
        if self.session is not None and self.session.is_sub_agent:
            self._counts.skipped.update({SUB_AGENT: len(lines)} if lines else {})
            return
        rest = [
            line for line in lines if type(line) is not EventLine or line.payload.type not in MIRROR_EVENTS
        ]
        if len(rest) < len(lines):
            self._counts.skip("mirror", len(lines) - len(rest))
        for line in rest:
            if type(line) is ItemLine:
                self._add_item(line.payload, line.timestamp)
            else:
                self._add_other(line)

    def _add_other(self, line: RolloutLine) -> None:
        if isinstance(line, EventLine):
            self._add_event(line.payload)
        elif isinstance(line, CompactedLine):
            self._counts.skip("compaction")
            self.assembler.retract(line.payload.message)
        elif isinstance(line, ContextLine | SessionLine | WorldStateLine):
            self._counts.skip("bookkeeping")
            if isinstance(line, ContextLine):
                self._model = line.payload.model or self._model
        else:
            self._counts.skip(SUB_AGENT)

    def _add_item(self, item: Item, timestamp: str | None) -> None:
        kind = item.type
        if kind == "reasoning":
            self._add_reasoning(item)
        elif kind in CALL_TYPES:
            self._add_call(item)
        elif kind in RESULT_TYPES:
            self._add_result(item)
        elif kind == "message":
            self._add_message(item, timestamp or "")
        elif kind in COMPACTION_TYPES:
            self._counts.skip("compaction")
        elif kind == "ghost_snapshot":
            self._counts.skip("bookkeeping")
        else:
            count_unknown(self._counts, f"response_item/{kind}")

    def _add_message(self, item: Item, timestamp: str) -> None:
        if item.role == "user":
            self._add_user_message(item, timestamp)
        elif item.role == "assistant":
            self._messages += 1
            draft = self.assembler.begin_answer(self._messages, self._model)
            if draft is not None and item.phase != "commentary":
                draft.say("\n\n".join(item.texts))
        else:
            self._counts.skip("instructions")

    def _add_user_message(self, item: Item, timestamp: str) -> None:
        words, has_injected = person_words(item.texts)
        if words:
            self.assembler.ask(words, timestamp)
        elif has_injected:
            self._counts.skip("injected")
            if any(text.lstrip().startswith(ABORT_MARK) for text in item.texts):
                self.assembler.fail(INTERRUPTED)
        else:
            self._counts.skip("no text")
            self.assembler.close("answer to no text")

    def _add_reasoning(self, item: Item) -> None:
        draft = self.assembler.begin_answer(model=self._model)
        if draft is not None:
            draft.thinking += [part.text for part in item.summary or () if part.text] or item.texts

    def _add_call(self, item: Item) -> None:
        if self.assembler.begin_answer(model=self._model) is not None:
            arguments = call_arguments(item, self._tool_chars) if self._tool_chars else ""
            self.assembler.call(item.call_id or "", call_name(item), arguments)

    def _add_result(self, item: Item) -> None:
        text, is_error = call_result(item, self._tool_chars) if self._tool_chars else ("", None)
        self.assembler.count_result(self.assembler.add_result(item.call_id or "", text, is_error))

    def _add_event(self, event: Event) -> None:
        kind = event.type
        if kind == "turn_aborted":
            self._counts.skip(INTERRUPTED)
            self.assembler.fail(INTERRUPTED)
        elif kind in ("error", "stream_error"):
            self._counts.skip(API_ERROR)
            self.assembler.fail(API_ERROR)
        elif kind in BOOKKEEPING_EVENTS or kind.startswith("collab_"):
            self._counts.skip("bookkeeping")
            self._move_on(event)
        else:
            count_unknown(self._counts, f"event_msg/{kind}")

    def _move_on(self, event: Event) -> None:
        if event.type == "thread_rolled_back":
            self.assembler.drop_last(event.num_turns, "rewound")
        elif event.type in ("task_complete", "turn_complete"):
            self.assembler.close()
