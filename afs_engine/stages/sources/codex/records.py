"""The shape of a Codex rollout line, as far as the export needs it.

Owns the field names of the vendor's JSON (openai/codex, codex-rs/protocol) and the lists of its record
types. A line is `{timestamp, type, payload}`; until mid-2025 a payload stood alone in its line, after a
first line with the session's id. Unknown fields are passed over without being decoded. Knows no rule.
"""

from typing import Any

import msgspec
from msgspec import Struct


class Git(Struct, gc=False):
    """Where the working folder's repository stood."""

    branch: str | None = None


class Session(Struct, gc=False):
    """Payload of session_meta. `source` is a word, or an object for sub-agents."""

    id: str | None = None
    timestamp: str | None = None
    cwd: str | None = None
    git: Git | None = None
    source: Any = None
    thread_source: str | None = None

    @property
    def is_sub_agent(self) -> bool:
        """Whether another session, not a person, asked the questions."""
        of_source = "subagent" in self.source if isinstance(self.source, dict | str) else False
        return of_source or self.thread_source == "subagent"


class Part(Struct, gc=False):
    """A piece of a message, a reasoning or a tool's output; text is None for an image."""

    type: str = ""
    text: str | None = None


class Output(Struct, gc=False):
    """A tool's output in the shape for failures."""

    content: str | list[Part] | None = None
    success: bool | None = None


class Item(Struct, gc=False):
    """Payload of response_item: what the model saw and said. The fields of all its types together."""

    type: str = ""
    role: str | None = None
    phase: str | None = None
    name: str | None = None
    arguments: Any = None
    input: Any = None
    action: Any = None
    call_id: str | None = None
    content: str | list[Part] | None = None
    summary: list[Part] | None = None
    output: str | list[Part] | Output | None = None

    @property
    def texts(self) -> list[str]:
        """The texts of the content."""
        if isinstance(self.content, str):
            return [self.content]
        return [part.text for part in self.content or () if part.text]


class Event(Struct, gc=False):
    """Payload of event_msg: what the screen showed."""

    type: str = ""
    num_turns: int = 0


class Context(Struct, gc=False):
    """Payload of turn_context."""

    model: str | None = None


class Compacted(Struct, gc=False):
    """Payload of compacted."""

    message: str = ""


class SessionLine(Struct, gc=False, tag="session_meta"):
    payload: Session


class ContextLine(Struct, gc=False, tag="turn_context"):
    payload: Context


class ItemLine(Struct, gc=False, tag="response_item"):
    payload: Item
    timestamp: str | None = None


class EventLine(Struct, gc=False, tag="event_msg"):
    payload: Event


class CompactedLine(Struct, gc=False, tag="compacted"):
    payload: Compacted


class WorldStateLine(Struct, gc=False, tag="world_state"):
    """What the program knew of its surroundings."""


class AgentMailLine(Struct, gc=False, tag="inter_agent_communication"):
    """Agents talking to each other."""


class AgentMailNoteLine(Struct, gc=False, tag="inter_agent_communication_metadata"):
    """When agents talked to each other."""


RolloutLine = (
    SessionLine
    | ContextLine
    | ItemLine
    | EventLine
    | CompactedLine
    | WorldStateLine
    | AgentMailLine
    | AgentMailNoteLine
)


class _BareLine(Item, gc=False):
    """A line of the older format: an item, a header, or a state mark."""

    id: str | None = None
    timestamp: str | None = None
    git: Git | None = None
    record_type: str | None = None


LINES: msgspec.json.Decoder[RolloutLine] = msgspec.json.Decoder(RolloutLine)
_decode_bare = msgspec.json.Decoder(_BareLine).decode

CALL_TYPES = frozenset(
    {
        "function_call",
        "custom_tool_call",
        "local_shell_call",
        "web_search_call",
        "tool_search_call",
        "image_generation_call",
    }
)
RESULT_TYPES = frozenset({"function_call_output", "custom_tool_call_output", "tool_search_output"})
COMPACTION_TYPES = frozenset({"compaction", "compaction_summary", "compaction_trigger", "context_compaction"})
_ITEM_TYPES = CALL_TYPES | RESULT_TYPES | COMPACTION_TYPES | {"message", "reasoning", "ghost_snapshot"}
MIRROR_EVENTS = frozenset(
    {
        "user_message",
        "agent_message",
        "agent_reasoning",
        "agent_reasoning_raw_content",
        "agent_reasoning_section_break",
        "exec_command_begin",
        "exec_command_end",
        "mcp_tool_call_begin",
        "mcp_tool_call_end",
        "patch_apply_begin",
        "patch_apply_end",
        "web_search_begin",
        "web_search_end",
        "image_generation_end",
        "view_image_tool_call",
        "dynamic_tool_call_request",
        "dynamic_tool_call_response",
        "item_started",
        "item_completed",
        "raw_response_item",
        "plan_update",
        "turn_diff",
    }
)
BOOKKEEPING_EVENTS = frozenset(
    {
        "token_count",
        "task_started",
        "turn_started",
        "task_complete",
        "turn_complete",
        "thread_rolled_back",
        "context_compacted",
        "thread_name_updated",
        "thread_goal_updated",
        "thread_settings_applied",
        "entered_review_mode",
        "exited_review_mode",
        "session_configured",
        "background_event",
        "undo_started",
        "undo_completed",
        "model_reroute",
        "warning",
        "deprecation_notice",
        "shutdown_complete",
    }
)


def decode_any_line(line: bytes) -> RolloutLine:
    """Decodes a line of either format; raises msgspec.DecodeError for anything else."""
    try:
        return LINES.decode(line)
    except msgspec.ValidationError as error:
        bare = _decode_bare(line)
        if bare.type in _ITEM_TYPES:
            return ItemLine(bare, bare.timestamp)
        if bare.record_type == "state":
            return WorldStateLine()
        if bare.id and bare.timestamp and not bare.type:
            return SessionLine(Session(bare.id, bare.timestamp, git=bare.git))
        raise error
