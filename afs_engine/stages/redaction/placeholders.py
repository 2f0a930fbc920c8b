"""Typed, consistent placeholders: the same secret is `<API_KEY_1>` wherever it stands in a run.

Numbers each word by first appearance, so that the same input gives the same text. Keeps a hash of a
secret instead of the secret.
"""

import hashlib
from collections import Counter

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.stages.redaction.probe import PLACEHOLDER


class PlaceholderState(BaseModel):
    """What was given out so far, to go on from: salted hash of a secret -> placeholder; numbers in use."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    given: dict[str, str] = Field(default_factory=dict)
    numbers: dict[str, int] = Field(default_factory=dict)


class Placeholders:
    """Hands out placeholders; one object serves one run, or one source after another of it.

    `salt` keys the hashes, so that a state that is kept on disk tells nothing to who lacks the salt.
    """

    def __init__(self, salt: bytes = b"", state: PlaceholderState | None = None) -> None:
        self._keyed = hashlib.blake2b(digest_size=16, key=salt)
        self._given: dict[str, str] = dict(state.given) if state else {}
        self._numbers: Counter[str] = Counter(state.numbers if state else {})

    def state(self) -> PlaceholderState:
        """A copy of what was given out so far."""
        return PlaceholderState(given=dict(self._given), numbers=dict(self._numbers))

    def reserve(self, text: str) -> None:
        """Skips the numbers that placeholders in `text` already carry, so that none means two things."""
        if "<" in text:
            for match in PLACEHOLDER.finditer(text):
                self._numbers[match[1]] = max(self._numbers[match[1]], int(match[2]))

    def give(self, secret: str, word: str) -> str:
        """The placeholder of `secret`; `word` names its type where it is new. Line wraps do not count."""
        data = "".join(secret.split()).encode("utf-8", "surrogatepass")
        digest = self._keyed.copy()
        digest.update(data)
        key = digest.hexdigest()
        if key not in self._given:
            self._numbers[word] += 1
            self._given[key] = f"<{word}_{self._numbers[word]}>"
        return self._given[key]
