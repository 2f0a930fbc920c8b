"""From conversations to training samples: the filters, the shape, and what became of each record.

Owns how a turn's parts go into a sample's fields. Knows no vendor and no file; secrets are taken out
later, by the caller, on whole samples.
"""

from collections.abc import Iterator
from typing import Any

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.chat.conversation import Conversation, Turn
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.chat.tool_text import tool_calls_text

OVER_LIMIT = "over the limit"


def make_samples(
    conversation: Conversation, options: ChatExportOptions, counts: RecordCounts
) -> Iterator[TrainingSample]:
    """The samples of one conversation; every record of its turns is counted, used or skipped."""
    if not options.wants_project(conversation):
        counts.skip("other project", sum(turn.records for turn in conversation.turns))
        return
    turns = list(conversation.turns)
    if options.has_dates:
        turns = [turn for turn in turns if _passes_date(turn, options, counts)]
    if options.multi_turn:
        yield from _whole_conversation(conversation, turns, options, counts)
    else:
        yield from _single_turns(conversation, turns, options, counts)


def _passes_date(turn: Turn, options: ChatExportOptions, counts: RecordCounts) -> bool:
    if options.wants_day(turn.asked_at):
        return True
    counts.skip("other date" if turn.asked_at else "no date", turn.records)
    return False


def _single_turns(
    conversation: Conversation, turns: list[Turn], options: ChatExportOptions, counts: RecordCounts
) -> Iterator[TrainingSample]:
    for turn in turns:
        fault = options.length_fault(turn.answer)
        if fault:
            counts.skip(fault, turn.records)
        elif options.limit is not None and counts.samples >= options.limit:
            counts.skip(OVER_LIMIT, turn.records)
        else:
            counts.used += turn.records
            counts.samples += 1
            yield _to_sample(conversation, turn, options, {})


def _whole_conversation(
    conversation: Conversation, turns: list[Turn], options: ChatExportOptions, counts: RecordCounts
) -> Iterator[TrainingSample]:
    """One sample: the last answer of a fit length is the output, all before it is history."""
    while turns and (fault := options.length_fault(turns[-1].answer)):
        counts.skip(fault, turns.pop().records)
    if not turns:
        return
    records = sum(turn.records for turn in turns)
    if options.limit is not None and counts.samples >= options.limit:
        counts.skip(OVER_LIMIT, records)
        return
    counts.used += records
    counts.samples += 1
    earlier = [message for turn in turns[:-1] for message in _messages(turn, options)]
    yield _to_sample(conversation, turns[-1], options, {"history": earlier} if earlier else {})


def _messages(turn: Turn, options: ChatExportOptions) -> list[dict[str, str]]:
    """The turn as openai messages; what the answer rests on stands under the question."""
    asked = "\n\n".join(part for part in (turn.question, _input_text(turn, options)) if part)
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": turn.answer}]


def _to_sample(
    conversation: Conversation, turn: Turn, options: ChatExportOptions, metadata: dict[str, Any]
) -> TrainingSample:
    return TrainingSample(
        instruction=turn.question,
        input=_input_text(turn, options),
        output=turn.answer,
        thinking=turn.thinking if options.thinking else "",
        domain=options.domain,
        source=conversation.path,
        group=f"{conversation.vendor}:{conversation.session_id}",
        provenance=_provenance(conversation, turn),
        metadata=metadata,
    )


def _input_text(turn: Turn, options: ChatExportOptions) -> str:
    if options.tools == "none" or not turn.tool_calls:
        return turn.context
    results = options.tools == "full"
    tools = tool_calls_text(turn.tool_calls, results=results, max_chars=options.max_tool_chars)
    return f"{turn.context}\n{tools}" if turn.context and tools else turn.context or tools


def _provenance(conversation: Conversation, turn: Turn) -> dict[str, str]:
    origin = {"vendor": conversation.vendor, "session": conversation.session_id}
    if turn.model:
        origin["model"] = turn.model
    if conversation.branch:
        origin["branch"] = conversation.branch
    if timestamp := turn.asked_at or conversation.started:
        origin["timestamp"] = timestamp
    return origin
