"""Putting turns together from a vendor's records, one after the other.

Owns the rules that hold for every vendor: which text is the final answer to a question, which turns
are none, and under which reason their records are counted. Knows no file format: a reader calls
`ask`, `begin_answer`, `say`, `call`, `add_result` in the order of the log.
"""

from msgspec import Struct, field

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.conversation import ToolCall, Turn

NO_QUESTION = "no question"
NO_FINAL_ANSWER = "no final answer"
INTERRUPTED = "interrupted"
API_ERROR = "api error"
DAMAGED = "damaged line in the turn"
_FINAL_STOPS = frozenset({"end_turn", "stop_sequence"})


class TurnDraft(Struct, eq=False):
    """A turn in the making.

    The final answer is the text that follows the last tool call, of the last response that says
    anything; text before a tool call ("let me read the file") is not. A response that says why it
    stopped is final only when it came to its end.
    """

    question: str
    asked_at: str = ""
    records: int = 1
    thinking: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    response: object = None
    texts: list[str] = field(default_factory=list)
    previous_texts: list[str] = field(default_factory=list)
    final: list[str] = field(default_factory=list)
    failure: str = ""
    is_doubtful: bool = False
    model: str = ""

    def say(self, text: str | None) -> None:
        """A piece of text."""
        if text and not text.isspace():
            self.texts.append(text)

    def think(self, thought: str | None) -> None:
        """A piece of thinking, which is never part of an answer."""
        if thought:
            self.thinking.append(thought)

    def end_response(self, stop: str) -> None:
        """Why the response stopped, where the log says so."""
        if stop not in _FINAL_STOPS:
            self.texts = []
        elif self.texts:
            self.final = self.texts

    def call(self, call: ToolCall) -> None:
        """A tool call; what was said before it is no final answer."""
        self.calls.append(call)
        if self.texts or self.previous_texts:
            self.texts = []
            self.previous_texts = []

    @property
    def answer(self) -> str:
        """The final answer, or empty."""
        return "\n\n".join(self.texts or self.final).strip()


class TurnAssembler:
    """Collects drafts, and gives the turns whose question was answered."""

    def __init__(self, counts: RecordCounts) -> None:
        self.counts = counts
        self.current: TurnDraft | None = None
        self.orphan_reason = NO_QUESTION
        self._drafts: list[TurnDraft] = []
        self._owners: dict[str, tuple[TurnDraft, ToolCall]] = {}

    def ask(self, question: str, asked_at: str = "") -> None:
        """A person's question opens a turn and ends the one before."""
        self.current = TurnDraft(question, asked_at)
        self._drafts.append(self.current)

    def add_to_question(self, words: str, asked_at: str = "") -> None:
        """What a person typed while the turn ran, so that its answer is to that too; else a new turn."""
        if self.current is None or self.current.final:
            self.ask(words, asked_at)
        else:
            self.current.question += f"\n\n{words}"
            self.current.records += 1

    def close(self, orphan_reason: str = NO_QUESTION) -> None:
        """Ends the turn; answers that follow belong to no person's question, for that reason."""
        self.current = None
        self.orphan_reason = orphan_reason

    def begin_answer(self, response: object = None, model: str | None = None) -> TurnDraft | None:
        """The turn that an answer's record belongs to; None, and counted, where nobody asked.

        Records with the same `response` are parts of one, as are those that don't say (None). A
        later answer makes good for an error.
        """
        draft = self.current
        if draft is None:
            self.counts.skip(self.orphan_reason)
            return None
        draft.records += 1
        if draft.is_doubtful or draft.failure:
            draft.failure = _failure_amid(draft)
        if response is not None and response != draft.response:
            draft.response = response
            if draft.texts or draft.previous_texts:
                draft.previous_texts = draft.texts
                draft.texts = []
        if model:
            draft.model = model
        return draft

    def call(self, call_id: str, name: str, arguments: str) -> ToolCall | None:
        """A tool call of the open turn; one that the turn already knows is not told twice."""
        draft = self.current
        if draft is None:
            return None
        call = ToolCall(name, arguments)
        if call_id:
            if (owner := self._owners.get(call_id)) is not None and owner[0] is draft:
                return owner[1]
            self._owners[call_id] = draft, call
        draft.call(call)
        return call

    def add_result(self, call_id: str, text: str, is_error: bool | None = None) -> TurnDraft | None:
        """Pairs a result with its call by id; the turn that made the call, or None."""
        owner = self._owners.get(call_id)
        if owner is None:
            return None
        draft, call = owner
        call.result, call.is_error = text, is_error
        return draft

    def count_result(self, owner: TurnDraft | None) -> None:
        """Counts the record of a result with the turn that made the call, or as skipped."""
        if owner is not None:
            owner.records += 1
        else:
            self.counts.skip("tool result without a call" if self.current else self.orphan_reason)

    def retract(self, summary: str) -> None:
        """Takes back what was said last, where it was said to make this `summary` of the session."""
        draft = self.current
        if draft is not None and draft.texts and summary.strip().endswith(draft.texts[-1].strip()):
            draft.texts = draft.texts[:-1] or draft.previous_texts

    def fail(self, failure: str) -> None:
        """The open turn was interrupted, or the service failed."""
        if self.current is not None and self.current.failure != INTERRUPTED:
            self.current.failure = failure

    def doubt(self) -> None:
        """A line was lost here: perhaps a question. A turn that goes on after it is not trusted."""
        if self.current is not None:
            self.current.is_doubtful = True

    def drop_last(self, turns: int, reason: str) -> None:
        """Takes back the last questions with all that followed them (a rewind)."""
        kept = max(0, len(self._drafts) - turns)
        for draft in self._drafts[kept:]:
            self.counts.skip(reason, draft.records)
        del self._drafts[kept:]
        self.close()

    def finish(self) -> tuple[Turn, ...]:
        """The answered turns; the records of all others are counted as skipped."""
        self.close()
        turns = []
        for draft in self._drafts:
            answer = draft.answer
            if draft.failure or not answer:
                self.counts.skip(draft.failure or NO_FINAL_ANSWER, draft.records)
            else:
                turns.append(_to_turn(draft, answer))
        return tuple(turns)


def _failure_amid(draft: TurnDraft) -> str:
    """What becomes of a turn's failure when an answer follows it."""
    if draft.is_doubtful:
        return DAMAGED
    return "" if draft.failure == API_ERROR else draft.failure


def _to_turn(draft: TurnDraft, answer: str) -> Turn:
    return Turn(
        question=draft.question,
        answer=answer,
        records=draft.records,
        thinking="\n\n".join(draft.thinking),
        tool_calls=tuple(draft.calls),
        asked_at=draft.asked_at,
        model=draft.model,
    )
