"""What a reader of the tree hands to the generator: records, each with its drafts or a reason.

A record is one thing found in the tree (a section, a table row, a label); a draft is one question
and answer made from it. Knows nothing of either half's syntax.
"""

from dataclasses import dataclass, field
from typing import Any

MAX_ANSWER_CHARS = 4800
"""Longer texts are told in parts; near the length score's upper knee of 5,000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One sample to be. `domain` is without the prefix; `line` is 1-based in `source`."""

    kind: str
    domain: str
    instruction: str
    output: str
    source: str
    group: str
    line: int
    name: str
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """Drafts, or the reason why there are none. `size` is how many records it stands for."""

    drafts: tuple[Draft, ...] = ()
    skipped: str = ""
    size: int = 1


def split_parts(blocks: list[str], limit: int, joiner: str) -> list[str]:
    """`blocks` joined into as few texts as keep each within `limit` characters, order kept.

    A block that is longer than `limit` by itself stands alone, whole.
    """
    parts: list[str] = []
    for block in blocks:
        if parts and len(parts[-1]) + len(joiner) + len(block) <= limit:
            parts[-1] += joiner + block
        else:
            parts.append(block)
    return parts
