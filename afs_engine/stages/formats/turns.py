"""Lists of turns: what openai, sharegpt, mlx and conversational prompts have in common.

Builds JSON arrays of role/content objects from an exchange's fragments. Knows key names only as
arguments.
"""

from afs_engine.stages.formats.exchange import Exchange


class TurnKeys:
    """The bytes around role and content in one format's turn objects."""

    def __init__(self, role: str, content: str) -> None:
        self._open = f'{{"{role}":'.encode()
        self._middle = f',"{content}":'.encode()

    def turn(self, role: bytes, content: bytes) -> bytes:
        """One turn; both arguments are JSON string literals."""
        return b"".join((self._open, role, self._middle, content, b"}"))

    def prompt_turns(self, row: Exchange, system: bytes) -> list[bytes]:
        """System prompt (where there is one), history and the question."""
        turns = [self.turn(b'"system"', system)] if system else []
        turns += [self.turn(f'"{each.role}"'.encode(), bytes(each.content)) for each in row.history or ()]
        return [*turns, self.turn(b'"user"', row.question)]

    def answer_turn(self, row: Exchange) -> bytes:
        return self.turn(b'"assistant"', row.answer)
