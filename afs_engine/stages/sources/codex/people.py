"""Telling what a person typed from what Codex put into the user's role.

Owns the beginnings of injected texts. Pure; knows no turn.
"""

from collections.abc import Iterable

ABORT_MARK = "<turn_aborted>"
_INJECTED = (
    ABORT_MARK,
    "# AGENTS.md instructions",
    "<user_instructions>",
    "<environment_context>",
    "<permissions instructions>",
    "<subagent_notification>",
    "<recommended_plugins>",
    "<collaboration_mode>",
    "<user_shell_command>",
    "<skill>",
    "<skills_instructions>",
    "<plugins_instructions>",
    "<apps_instructions>",
    "<model_switch>",
    "<personality_spec>",
)
_IMAGE_MARKS = ("<image>", "<image name=", "</image>")
_EDITOR_CONTEXT = "# Context from my IDE setup:"
_EDITOR_REQUEST = "## My request for Codex:"


def person_words(texts: Iterable[str]) -> tuple[str, bool]:
    """What the person typed in a user message, and whether it has injected text as well."""
    words = []
    has_injected = False
    for text in texts:
        stripped = text.strip()
        if stripped.startswith(_INJECTED):
            has_injected = True
        elif stripped and not stripped.startswith(_IMAGE_MARKS):
            words.append(_without_editor_context(stripped))
    return "\n\n".join(words), has_injected


def _without_editor_context(text: str) -> str:
    """The request alone, where the editor wrote its open files before it."""
    if not text.startswith(_EDITOR_CONTEXT):
        return text
    return text.partition(_EDITOR_REQUEST)[2].strip() or text
