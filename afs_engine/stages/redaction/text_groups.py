"""The texts of many values in one list: each has a place, and a group of texts that it belongs to.

What is secret in one text of a group is secret in all. The same few keys stand in all rows of a file, so
they are no texts until one of them is found to hold a secret (`Redactor`). Knows nothing of secrets.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

LabelledText = tuple[str, str]
"""A text and the JSON key that it stands under, or empty."""


@dataclass(slots=True)
class TextGroups:
    """`texts` by place; `firsts` says at which place each group begins, `key_firsts` where its keys do.

    `keys` are those of all values, as long as they are no texts; then there are no `key_firsts`.
    """

    texts: list[LabelledText] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    key_firsts: list[int] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def begin_group(self) -> None:
        """What is added from now on belongs together."""
        self.firsts.append(len(self.texts))

    def add_keys(self) -> None:
        """Makes the keys of the group that was added last its texts too."""
        self.key_firsts.append(len(self.texts))
        self.texts += [(key, "") for key in sorted(self.keys)]
        self.keys.clear()

    def places_of(self, group: int) -> range:
        """The places of a group's texts."""
        return range(self.firsts[group], self._end_of(group))

    def keys_of(self, group: int) -> dict[str, int]:
        """The places of a group's keys, where they are texts."""
        if not self.key_firsts:
            return {}
        places = range(self.key_firsts[group], self._end_of(group))
        return {self.texts[place][0]: place for place in places}

    def groups_at(self, places: Iterable[int]) -> list[int]:
        """The groups that hold a text at one of `places`, in their order."""
        return sorted({bisect_right(self.firsts, place) - 1 for place in places})

    def _end_of(self, group: int) -> int:
        is_last = group + 1 == len(self.firsts)
        return len(self.texts) if is_last else self.firsts[group + 1]
