"""From the live lines of a session to turns.

Owns what each kind of line does to the turn that is open, and the reasons under which the lines that
are part of none are counted. Knows no branch and no file.
"""

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.assembly import API_ERROR, INTERRUPTED, TurnAssembler
from afs_engine.stages.sources.chat.conversation import Turn
from afs_engine.stages.sources.chat.lines import count_unknown
from afs_engine.stages.sources.chat.tool_text import arguments_text, cut_text
from afs_engine.stages.sources.claude.people import (
    INTERRUPT_MARK,
    Speaker,
    identify_speaker,
    identify_words,
    person_words,
)
from afs_engine.stages.sources.claude.records import BOOKKEEPING_TYPES, Line, Message, ResultPart

_SYNTHETIC_MODEL = "<synthetic>"


def assemble_turns(
    lines: list[Line], counts: RecordCounts, tool_chars: int, lost_parents: frozenset[str]
) -> tuple[Turn, ...]:
    """The answered questions among `lines`; every line is counted or in the records of a turn.

    `lost_parents` are the uuids of lines that could not be read: what follows them may be the answer
    to a question among them.
    """
    return _TurnReader(counts, tool_chars, lost_parents).read(lines)


class _TurnReader:
    def __init__(self, counts: RecordCounts, tool_chars: int, lost_parents: frozenset[str]) -> None:
        self._lost_parents = lost_parents
        self._counts = counts
        self._tool_chars = tool_chars
        self._assembler = TurnAssembler(counts)

    def read(self, lines: list[Line]) -> tuple[Turn, ...]:
        for line in lines:
            message = line.message
            if message is None or line.type not in ("assistant", "user"):
                self._add_other(line)
            elif line.type == "assistant":
                self._add_answer(line, message)
            else:
                self._add_user(line, message)
        return self._assembler.finish()

    def _add_other(self, line: Line) -> None:
        if line.attachment is not None and line.attachment.is_typed:
            self._add_queued(line, Message(content=line.attachment.prompt))
        elif line.type in BOOKKEEPING_TYPES:
            self._counts.skip("bookkeeping")
        else:
            count_unknown(self._counts, line.type)

    def _add_queued(self, line: Line, message: Message) -> None:
        words = person_words(message)
        if identify_words(words) is Speaker.PERSON:
            self._assembler.add_to_question(words, line.timestamp or "")
        else:
            self._counts.skip("bookkeeping")

    def _add_answer(self, line: Line, message: Message) -> None:
        if line.is_api_error_message:
            self._counts.skip(API_ERROR)
            self._assembler.fail(API_ERROR)
            return
        if message.model == _SYNTHETIC_MODEL:
            self._counts.skip("synthetic")
            return
        if self._lost_parents and line.parent_uuid in self._lost_parents:
            self._assembler.doubt()
        draft = self._assembler.begin_answer(message.id, message.model)
        if draft is None:
            return
        chars = self._tool_chars
        for block in message.content if type(message.content) is list else message.blocks:
            kind = block.type
            if kind == "text":
                draft.say(block.text)
            elif kind == "tool_use":
                arguments = arguments_text(block.input, chars) if chars else ""
                self._assembler.call(block.id, block.name, arguments)
            else:
                draft.think(block.thinking)
        if message.stop_reason is not None:
            draft.end_response(message.stop_reason)

    def _add_user(self, line: Line, message: Message) -> None:
        speaker, words = identify_speaker(line)
        if speaker is Speaker.TOOL:
            self._add_results(message)
        elif speaker is Speaker.PERSON:
            self._assembler.ask(words, line.timestamp or "")
        else:
            self._counts.skip(speaker.value)
            self._break_turn(speaker)

    def _break_turn(self, speaker: Speaker) -> None:
        assembler = self._assembler
        if speaker is Speaker.INTERRUPT:
            assembler.fail(INTERRUPTED)
        elif speaker in (Speaker.COMMAND, Speaker.NOTHING):
            assembler.close(f"answer to {'a command' if speaker is Speaker.COMMAND else 'no text'}")
        elif speaker is Speaker.NOTIFICATION and assembler.current and assembler.current.answer:
            # Amid a turn a notification is only noted; after the answer, the next answer is to it.
            assembler.close("answer to a notification")

    def _add_results(self, message: Message) -> None:
        assembler = self._assembler
        chars = self._tool_chars
        owner = None
        for block in message.blocks:
            if block.type == "tool_result":
                text = cut_text(_result_text(block.content), chars) if chars else ""
                owner = assembler.add_result(block.tool_use_id, text, block.is_error) or owner
            elif block.text and block.text.startswith(INTERRUPT_MARK):
                assembler.fail(INTERRUPTED)
        assembler.count_result(owner)


def _result_text(content: str | list[str | ResultPart] | ResultPart | None) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(text for part in content if (text := _result_text(part)))
    return (content.text if content else "") or ""
