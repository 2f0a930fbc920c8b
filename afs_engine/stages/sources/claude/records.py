"""The shape of a Claude Code log line, as far as the export needs it.

Owns the field names of the vendor's JSON. The vendor calls the format internal and unstable, so every
field is optional, and unknown ones are passed over without being decoded. Knows no rule.
"""

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

CONVERSATION_TYPES = frozenset({"user", "assistant"})


class ResultPart(Struct, gc=False):
    """A block within a tool result: text, or something else whose text is None."""

    text: str | None = None


class Block(Struct, gc=False):
    """A content block: text | thinking | tool_use | tool_result | image | ...

    `content` is that of a tool_result, `input` of a tool_use.
    """

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    id: str = ""
    name: str = ""
    input: Any = None
    tool_use_id: str = ""
    content: str | list[str | ResultPart] | ResultPart | None = None
    is_error: bool | None = None


class Message(Struct, gc=False):
    """An Anthropic API message. Its id is shared by all lines of one response."""

    model: str | None = None
    id: str | None = None
    content: str | list[Block] | None = None
    stop_reason: str | None = None

    @property
    def blocks(self) -> list[Block]:
        """The content as blocks, plain text as one of them."""
        if isinstance(self.content, str):
            return [Block(type="text", text=self.content)]
        return self.content or []


class Origin(Struct, gc=False):
    """Who queued a prompt: human, or another part of the program."""

    kind: str | None = None


class Attachment(Struct, gc=False, rename="camel"):
    """What the program adds to the conversation; a `queued_command` is a prompt typed amid a turn."""

    type: str = ""
    prompt: str | list[Block] | None = None
    command_mode: str | None = None
    origin: Origin | None = None
    is_meta: bool | None = None

    @property
    def is_typed(self) -> bool:
        """Whether a person typed it while the agent worked."""
        by_program = self.is_meta or (self.origin is not None and self.origin.kind != "human")
        return self.type == "queued_command" and self.command_mode in (None, "prompt") and not by_program


class Line(Struct, gc=False, rename="camel"):
    """One line of a session. `parent_uuid` UNSET means that it names no parent, not even null."""

    parent_uuid: str | UnsetType | None = UNSET
    logical_parent_uuid: str | None = None
    is_sidechain: bool | None = None
    type: str = ""
    message: Message | None = None
    is_meta: bool | None = None
    is_compact_summary: bool | None = None
    is_visible_in_transcript_only: bool | None = None
    is_api_error_message: bool | None = None
    attachment: Attachment | None = None
    uuid: str | None = None
    timestamp: str | None = None

    @property
    def is_conversation(self) -> bool:
        """Whether a person or the model speaks here, or the program in their name."""
        is_typed = self.attachment is not None and self.attachment.is_typed
        return self.type in CONVERSATION_TYPES or is_typed


class Envelope(Struct, frozen=True, gc=False, rename="camel"):
    """What a line says about the session it stands in."""

    cwd: str | None = None
    session_id: str | None = None
    git_branch: str | None = None
    timestamp: str | None = None


LINES = msgspec.json.Decoder(Line)
decode_envelope = msgspec.json.Decoder(Envelope).decode
BOOKKEEPING_TYPES = frozenset(
    {
        "agent-color",
        "agent-name",
        "agent-setting",
        "ai-title",
        "attachment",
        "content-replacement",
        "custom-title",
        "file-history-delta",
        "file-history-snapshot",
        "last-prompt",
        "mode",
        "permission-mode",
        "pr-link",
        "progress",
        "queue-operation",
        "summary",
        "system",
        "tag",
        "task-summary",
        "worktree-state",
    }
)
