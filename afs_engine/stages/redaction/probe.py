"""The text as the rules see it: ASCII only, and exactly as long as the original.

Typographic quotes and odd spaces become their plain forms and every other character outside ASCII
becomes DEL, one for one, so that an offset found here is an offset in the original. The words in
placeholders become DEL too: no rule may read them. One copy is bytes for the linear finders, one is
text for the exact patterns. Knows no rule.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from afs_engine.stages.redaction.linear_search import Finder, Gate

OTHER = "\x7f"
PLACEHOLDER = re.compile(r"<([A-Z]+(?:_[A-Z]+)*)_([0-9]{1,7})>")
_FOLDED = dict(
    [(mark, '"') for mark in "“”„‟«»"]
    + [(mark, "'") for mark in "‘’‚‛"]
    + [(space, " ") for space in "\xa0\u2002\u2003\u2009\u202f\u3000"]
    + [(dash, "-") for dash in "‐‑‒–"]
)
_ESCAPE_BEFORE = re.compile(
    r"(?:\\+[nrtbfv0]|\\+u00[0-9A-Fa-f]{2}|\\+x[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2}"
    r"|(?:\x1b|\\+u001b|\\+x1b|\\+033|\\+e)\[[0-9;]{0,12}m)\Z"
)


def _fold(error: UnicodeError) -> tuple[str, int]:
    """A codec error handler: one ASCII character for each that ASCII lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    run = error.object[error.start : error.end]
    return "".join(_FOLDED.get(character, OTHER) for character in run), error.end


def _blank(placeholder: re.Match[str]) -> str:
    return "<" + OTHER * (len(placeholder.group()) - 2) + ">"


codecs.register_error("afs-redaction-fold", _fold)


@dataclass(slots=True)
class Probe:
    """`text` and `data` are the folded text; `label` is what stands before it, e.g. its JSON key.

    `openings` are the finders that may find something in it, as the gates said.
    """

    text: str
    data: bytes
    label: str
    openings: frozenset[Finder]

    def spans(self, finder: Finder) -> Iterator[tuple[int, int]]:
        """What `finder`, one of those behind the gates, finds in the text."""
        return finder.spans(self.data) if finder in self.openings else iter(())

    def before(self, position: int, length: int) -> str:
        """Up to `length` characters before `position`, the label included."""
        window = self.text[max(0, position - length) : position]
        missing = length - len(window)
        return self.label[-missing:] + window if missing and self.label else window

    def starts_word(self, position: int) -> bool:
        """True where no letter or digit stands before, other than the end of an escape sequence."""
        if position == 0 or not self.text[position - 1].isalnum():
            return True
        return _ESCAPE_BEFORE.search(self.text[max(0, position - 20) : position]) is not None

    def ends_word(self, position: int) -> bool:
        """True where no letter or digit follows."""
        return position >= len(self.text) or not self.text[position].isalnum()


def find_openings(text: str, gates: Iterable[Gate]) -> frozenset[Finder]:
    """The finders behind `gates` that find something in `text`."""
    data = _hide_placeholders(text).encode("ascii", "afs-redaction-fold")
    return frozenset([finder for gate in gates for finder in gate.open_to(data)])


def make_probe(text: str, label: str, openings: frozenset[Finder]) -> Probe:
    """The probe of `text`; `label` is folded too, and what placeholders say is hidden from the rules."""
    text = _hide_placeholders(text)
    data = text.encode("ascii", "afs-redaction-fold")
    folded = text if text.isascii() else data.decode("ascii")
    if label and not label.isascii():
        label = label.encode("ascii", "afs-redaction-fold").decode("ascii")
    return Probe(folded, data, label, openings)


def _hide_placeholders(text: str) -> str:
    return PLACEHOLDER.sub(_blank, text) if "<" in text else text
