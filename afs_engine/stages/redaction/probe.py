"""Texts as the rules see them: one sheet of ASCII, each text exactly as long as the original.

Many short texts lie on one sheet, because a look at it costs as much as a look at one of them. What
stands between two texts stops every rule: none reads from one into the next.

Typographic quotes and odd spaces become their plain forms and every other character outside ASCII
becomes DEL, one for one, so that an offset found here is an offset in the original. The words in
placeholders become DEL too: no rule may read them. One copy is bytes for the linear finders, one is
text for the exact patterns. Knows no rule.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from afs_engine.data.compiled_words import Hit
from afs_engine.stages.redaction.linear_search import Finder, Gate
from afs_engine.stages.redaction.word_search import WordGroup, WordSearch

OTHER = "\x7f"
# No rule that crosses line ends crosses a NUL, and none that crosses a NUL crosses line ends.
BETWEEN = "\n\0\n"
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
    """`text` and `data` are the folded sheet; `openings` the finders that find something on it, and `words`
    the words found.

    `starts` says where its texts begin; `labels` the JSON key that each stands under, or empty.
    """

    text: str
    data: bytes
    openings: frozenset[Finder]
    words: Mapping[WordGroup, Sequence[Hit]]
    starts: Sequence[int]
    labels: Sequence[str]

    def spans(self, finder: Finder) -> Iterator[tuple[int, int]]:
        """What `finder`, one of those behind the gates, finds on the sheet."""
        return finder.spans(self.data) if finder in self.openings else iter(())

    def hits(self, group: WordGroup) -> Sequence[Hit]:
        """Where words of `group` stand on the sheet."""
        return self.words.get(group, ())

    def matches(self, group: WordGroup, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """What `pattern` matches where words of `group` stand; none reaches into the next."""
        done = 0
        for start, *_ in self.words.get(group, ()):
            if start >= done and (match := pattern.match(self.text, start)):
                done = match.end()
                yield match

    def before(self, position: int, length: int) -> str:
        """Up to `length` characters before `position` in its text, the label included."""
        place = bisect_right(self.starts, position) - 1
        window = self.text[max(self.starts[place], position - length) : position]
        missing, label = length - len(window), self.labels[place]
        return label_before(label)[-missing:] + window if missing and label else window

    def after(self, position: int, length: int) -> str:
        """Up to `length` characters from `position` on in its text."""
        return self.text[position : min(position + length, self.bounds(position)[1])]

    def bounds(self, position: int) -> tuple[int, int]:
        """Where the text around `position` begins and ends."""
        place = bisect_right(self.starts, position)
        is_last = place == len(self.starts)
        return self.starts[place - 1], len(self.text) if is_last else self.starts[place] - len(BETWEEN)

    def starts_word(self, position: int) -> bool:
        """True where no letter or digit stands before, other than the end of an escape sequence."""
        if position == 0 or not self.text[position - 1].isalnum():
            return True
        return _ESCAPE_BEFORE.search(self.text[max(0, position - 20) : position]) is not None

    def ends_word(self, position: int) -> bool:
        """True where no letter or digit follows."""
        return position >= len(self.text) or not self.text[position].isalnum()


def join_texts(texts: Sequence[str]) -> tuple[str, list[int]]:
    """The sheet that `texts` make, and where each begins on it."""
    ends = accumulate(map(len, texts[:-1]), initial=0)
    return BETWEEN.join(texts), [end + place * len(BETWEEN) for place, end in enumerate(ends)]


def make_probe(
    sheet: str,
    gates: Iterable[Gate],
    words: WordSearch | None = None,
    starts: Sequence[int] = (0,),
    labels: Sequence[str] = ("",),
) -> Probe:
    """The folded sheet, and what the finders behind `gates` may find on it."""
    text = _hide_placeholders(sheet)
    data = text.encode("ascii", "afs-redaction-fold")
    openings = frozenset([finder for gate in gates for finder in gate.open_to(data)])
    hits = words.find(data) if words else {}
    return Probe(text if text.isascii() else data.decode("ascii"), data, openings, hits, starts, labels)


@lru_cache(maxsize=4096)
def label_before(label: str) -> str:
    """How a label reads before its text."""
    return f"{label}: " if label.isascii() else label.encode("ascii", "afs-redaction-fold").decode() + ": "


def _hide_placeholders(text: str) -> str:
    return PLACEHOLDER.sub(_blank, text) if "<" in text else text
