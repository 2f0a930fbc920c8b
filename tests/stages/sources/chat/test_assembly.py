"""The rules of turns, apart from any vendor."""

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.assembly import TurnAssembler
from afs_engine.stages.sources.chat.conversation import ToolCall


def test_an_id_that_is_used_again_belongs_to_the_turn_that_uses_it() -> None:
    assembler = TurnAssembler(RecordCounts())
    for number in (1, 2):
        assembler.ask(f"Q{number}")
        draft = assembler.begin_answer()
        assert draft is not None
        draft.say("Let me look.")
        assembler.call("call_1", "Read", f"n={number}")
        assembler.call("call_1", "Read", "told twice")
        assembler.count_result(assembler.add_result("call_1", f"result {number}", False))
        assembler.begin_answer()
        draft.say(f"A{number}")
    first, second = assembler.finish()
    assert first.tool_calls == (ToolCall("Read", "n=1", "result 1", False),)
    assert second.tool_calls == (ToolCall("Read", "n=2", "result 2", False),)
    assert (first.answer, second.answer) == ("A1", "A2")
    assert (first.records, second.records) == (4, 4)


def test_white_space_is_no_answer() -> None:
    counts = RecordCounts()
    assembler = TurnAssembler(counts)
    assembler.ask("Q1")
    draft = assembler.begin_answer("r1")
    assert draft is not None
    draft.say("A1")
    draft.end_response("end_turn")
    assembler.begin_answer("r2")
    draft.say(" \n")
    assert [turn.answer for turn in assembler.finish()] == ["A1"]
    assembler.ask("Q2")
    assembler.close()
    assembler.begin_answer()
    assert counts.skipped == {"no question": 1}
