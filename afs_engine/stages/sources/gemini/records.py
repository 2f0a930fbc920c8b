"""The shapes of Gemini CLI's logs, as far as the export needs them.

Owns the field names of the vendor's JSON (google-gemini/gemini-cli, core/src/services/chatRecording*):
the journal of the `.jsonl` sessions, the object of the older `.json` ones, saved checkpoints, and the
list of prompts. Unknown fields are passed over without being decoded. Knows no rule.
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct, field


class FunctionCall(Struct, gc=False):
    """A call within a message's content."""

    id: str | None = None
    name: str = ""
    args: Any = None


class FunctionResponse(Struct, gc=False):
    """What a call gave; usually `{output}` or `{error}`."""

    id: str | None = None
    name: str = ""
    response: Any = None


class Part(Struct, gc=False, rename="camel"):
    """A piece of content: text (a thought where it says so), a call, a response, or data."""

    text: str | None = None
    thought: bool | str | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None


Content = str | list[str | Part] | Part | None


class Thought(Struct, gc=False):
    """A summary of what the model thought."""

    subject: str | None = None
    description: str | None = None


class Call(Struct, gc=False, rename="camel"):
    """A finished tool call, with its result; what the screen showed may be a large object."""

    id: str | None = None
    name: str = ""
    args: Any = None
    status: str | None = None
    result: Content = None
    result_display: Raw = Raw()


class Message(Struct, gc=False, rename="camel"):
    """user | gemini | info | error | warning.

    A message is written again on each update, and every version is decoded whole: passing over the
    calls first and decoding them later costs more, because most of a line is calls.
    """

    id: str | None = None
    type: str = ""
    timestamp: str | None = None
    content: Content = None
    model: str | None = None
    thoughts: list[Thought] | None = None
    tool_calls: list[Call] | None = None

    @property
    def parts(self) -> list[Part]:
        """The content as parts, plain text as one of them."""
        content = self.content
        if type(content) is not list:
            content = [content]  # type: ignore[list-item]
        return [part if type(part) is Part else Part(text=part) for part in content if part is not None]  # type: ignore[arg-type]


class Session(Struct, rename="camel"):
    """What a session says about itself; in the older format with its messages."""

    session_id: str | None = None
    start_time: str | None = None
    kind: str | None = None
    messages: list[Message] | None = None


class Record(Message, gc=False, rename="camel"):
    """A line of the journal: a message, the session's header, a change of it, or a rewind."""

    change: Session | None = field(default=None, name="$set")
    rewind_to: str | None = field(default=None, name="$rewindTo")
    session_id: str | None = None
    start_time: str | None = None
    kind: str | None = None


class Turn(Struct):
    """One entry of a checkpoint's history, in the API's own shape."""

    role: str = ""
    parts: list[Part] | None = None


class Checkpoint(Struct):
    """A conversation that a person saved under a name; older ones are the bare list."""

    history: list[Turn]


RECORDS = msgspec.json.Decoder(Record)
decode_session = msgspec.json.Decoder(Session).decode
decode_checkpoint = msgspec.json.Decoder(Checkpoint | list[Turn]).decode
decode_prompts = msgspec.json.Decoder(list[Raw]).decode
