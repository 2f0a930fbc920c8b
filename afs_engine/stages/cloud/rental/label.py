"""The label by which a rental is found again: `afs/<owner>/<rental id>/<deadline>`.

`owner` is this installation; an instance is ours only when its whole label has this form and this
owner. Anything else, however similar, belongs to somebody else and is never touched.
"""

import re
from dataclasses import dataclass

_FORM = re.compile(r"afs/([0-9a-f]{12})/([0-9a-f]{32})/([0-9]{1,12})")


@dataclass(frozen=True)
class Label:
    """`deadline` is in whole seconds since the epoch, for people and other installations to read."""

    owner: str
    rental_id: str
    deadline: int

    def __str__(self) -> str:
        return f"afs/{self.owner}/{self.rental_id}/{self.deadline}"


def parse_label(text: str) -> Label | None:
    """The label in `text`; None where it is not of our form."""
    found = _FORM.fullmatch(text)
    return Label(found[1], found[2], int(found[3])) if found else None


def is_ours(text: str, owner: str) -> bool:
    """Whether an instance with this label was rented by this installation."""
    label = parse_label(text)
    return label is not None and label.owner == owner
