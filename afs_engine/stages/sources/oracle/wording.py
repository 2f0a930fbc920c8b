"""Choosing a question's wording: several templates a kind, one of them by stable hash.

Knows nothing of the templates' subjects.
"""

from collections.abc import Sequence

import xxhash


def choose(key: str, templates: Sequence[str]) -> str:
    """One of `templates`, the same for the same `key` on every machine."""
    return templates[xxhash.xxh3_64_intdigest(key.encode()) % len(templates)]


def part_note(part: int, parts: int) -> str:
    """What is added to a question whose answer comes in several parts; `part` counts from 1."""
    return f" (part {part} of {parts})" if parts > 1 else ""
