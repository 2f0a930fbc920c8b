"""A number as it is typed into a slider or a threshold: the text so far, and what it means.

Pure: one key in, a new value out. Knows no widget.
"""

from dataclasses import dataclass

_LONGEST = 8


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """The characters typed so far: digits and at most one point."""

    text: str = ""

    def press(self, character: str) -> "TypedNumber":
        """With one more character; what no number can hold changes nothing."""
        fits = character in "0123456789" or (character == "." and "." not in self.text)
        return TypedNumber(self.text + character) if fits and len(self.text) < _LONGEST else self

    def erase(self) -> "TypedNumber":
        """Without the last character."""
        return TypedNumber(self.text[:-1])

    @property
    def value(self) -> float | None:
        """The number, or None while there is none."""
        return float(self.text) if self.text.strip(".") else None
