"""What a person may choose when chats become samples.

Owns the options' names, defaults and checks. Knows neither a log format nor how a sample is made.
"""

from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from afs_engine.stages.sources.chat.conversation import Conversation


class ChatExportOptions(BaseModel):
    """Filters and shape of an export.

    `projects`: a conversation is taken when any of them matches its working folder or the vendor's
    folder name, as a glob where it has `*`, `?` or `[`, else as a part of the name. `since` and
    `until` are days (UTC, both included) of the question. `tools`: nothing of the tool calls, one
    line a call, or the results too; `max_tool_chars` bounds that text in one sample. `min_chars` and
    `max_chars` bound the answer. `multi_turn`: one sample a conversation instead of one a turn.
    `limit` counts samples, after all filters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    projects: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    tools: Literal["none", "summary", "full"] = "full"
    max_tool_chars: int = Field(default=4000, ge=0)
    thinking: bool = True
    min_chars: int = Field(default=1, ge=1)
    max_chars: int | None = Field(default=None, ge=1)
    multi_turn: bool = False
    limit: int | None = Field(default=None, ge=1)
    domain: str = "general"

    @model_validator(mode="after")
    def _check_ranges(self) -> "ChatExportOptions":
        if self.max_chars is not None and self.max_chars < self.min_chars:
            raise ValueError(f"max_chars ({self.max_chars}) is below min_chars ({self.min_chars})")
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"until ({self.until}) is before since ({self.since})")
        return self

    @property
    def tool_chars(self) -> int:
        """How many characters of a tool's arguments or result are worth keeping; 0 for none."""
        return 0 if self.tools == "none" else self.max_tool_chars

    def wants_project(self, conversation: Conversation) -> bool:
        """Whether the project filter lets the conversation through."""
        if not self.projects:
            return True
        names = (conversation.project, conversation.slug)
        return any(_matches(name, pattern) for name in names if name for pattern in self.projects)

    @property
    def has_dates(self) -> bool:
        """Whether there is a date filter."""
        return self.since is not None or self.until is not None

    def wants_day(self, asked_at: str) -> bool:
        """Whether the date filter lets a question asked at that ISO time through; unknown is out."""
        if not self.has_dates:
            return True
        day = asked_at[:10]
        after = self.since is None or day >= self.since.isoformat()
        before = self.until is None or day <= self.until.isoformat()
        return bool(day) and after and before

    def length_fault(self, answer: str) -> str | None:
        """Why the answer's length rules it out, or None."""
        if len(answer) < self.min_chars:
            return "too short"
        if self.max_chars is not None and len(answer) > self.max_chars:
            return "too long"
        return None


def _matches(name: str, pattern: str) -> bool:
    if any(mark in pattern for mark in "*?["):
        return fnmatchcase(name, pattern)
    return pattern in name
