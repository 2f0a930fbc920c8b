"""Typed, consistent placeholders: the same secret is `<API_KEY_1>` wherever it stands in a run.

Numbers each word by first appearance, so that the same input gives the same text. Keeps a hash of a
secret instead of the secret.
"""

import re
from collections import Counter

import xxhash

from afs_engine.stages.redaction.probe import PLACEHOLDER

_SPACE = re.compile(r"\s+")


class Placeholders:
    """Hands out placeholders; one object serves one run."""

    def __init__(self) -> None:
        self._given: dict[bytes, str] = {}
        self._numbers: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._given)

    def reserve(self, text: str) -> None:
        """Skips the numbers that placeholders in `text` already carry, so that none means two things."""
        if "<" in text:
            for match in PLACEHOLDER.finditer(text):
                self._numbers[match[1]] = max(self._numbers[match[1]], int(match[2]))

    def give(self, secret: str, word: str) -> str:
        """The placeholder of `secret`; `word` names its type where it is new. Line wraps do not count."""
        key = xxhash.xxh3_128_digest(_SPACE.sub("", secret).encode("utf-8", "surrogatepass"))
        if key not in self._given:
            self._numbers[word] += 1
            self._given[key] = f"<{word}_{self._numbers[word]}>"
        return self._given[key]
