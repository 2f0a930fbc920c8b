"""Lists of turns: what openai, sharegpt, mlx and conversational prompts have in common.

Builds JSON objects of role and content from an exchange's fragments. These are handed on unjoined, so
that a line is put together once. Knows key names only as arguments.
"""

from afs_engine.stages.formats.exchange import Exchange


class TurnKeys:
    """The bytes around role and content in one format's turn objects."""

    def __init__(self, role: str, content: str) -> None:
        roles = ("system", "user", "assistant", "tool")
        self._open = {name: f'{{"{role}":"{name}","{content}":'.encode() for name in roles}

    def prompt(self, row: Exchange, system: bytes) -> list[bytes]:
        """Fragments: system prompt (a JSON literal, or empty for none), history, question; commas between."""
        turns = [self._open["system"], system, b"},"] if system else []
        for each in row.history or ():
            turns += (self._open[each.role], each.content, b"},")
        return [*turns, self._open["user"], row.question, b"}"]

    def answer(self, row: Exchange) -> list[bytes]:
        """Fragments of the assistant's turn."""
        return [self._open["assistant"], row.output, b"}"]
