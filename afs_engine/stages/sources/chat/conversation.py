"""What a chat log says, free of any vendor's format.

Owns the neutral model that every vendor's reader fills and `samples.py` turns into rows. msgspec
structs, because a log has one tool call in every two lines and a frozen dataclass costs ten times as
much to make. Knows no file format and no option.
"""

from msgspec import Struct


class ToolCall(Struct, gc=False):
    """One call and what came back. `arguments` is text for a reader, `key=value, ...`.

    `result` is empty and `is_error` None where no result was logged (the turn ended first). Not
    frozen: the result is put in while the log is read.
    """

    name: str
    arguments: str = ""
    result: str = ""
    is_error: bool | None = None


class Turn(Struct, frozen=True):
    """A person's question and the final answer to it.

    `records` counts the log's records that the turn is made of. `context` is text that the log keeps
    beside the question (a mode, paths). `asked_at` is the log's ISO 8601 text, or empty.
    """

    question: str
    answer: str
    records: int
    thinking: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    context: str = ""
    asked_at: str = ""
    model: str = ""


class Conversation(Struct, frozen=True):
    """One session: the turns that have a question and a final answer, in order.

    `project` is the working folder where the log names it; `slug` is the vendor's own folder name for
    it; `path` is the file, relative to the vendor's root.
    """

    vendor: str
    session_id: str
    path: str
    turns: tuple[Turn, ...]
    project: str = ""
    slug: str = ""
    branch: str = ""
    started: str = ""
