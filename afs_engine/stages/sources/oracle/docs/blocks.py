"""The block-level pass over a Markdown file: front matter, fences, headings, and the section tree.

Follows CommonMark where it matters for cutting: a heading or table inside a fence (``` or ~~~) is
text of the fence; a fence ends with the same character, at least as long, and nothing after it.
Knows nothing of questions.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from afs_engine.stages.sources.oracle.docs.text import clean_lines, plain
from afs_engine.stages.sources.oracle.tree import SourceText

_FENCE = re.compile(r"^\s*(?P<mark>`{3,}|~{3,})(?P<info>.*)$")
_ATX = re.compile(r"^ {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(?P<mark>=+|-+)[ \t]*$")
_NOT_PARAGRAPH = re.compile(
    r"^(?: {4}|\t| {0,3}(?:[#>|]|[-+*][ \t]|\d+[.)][ \t]|([-*_])(?:[ \t]*\1){2,}[ \t]*$))"
)
_FRONT_MATTER_LINES = 60


@dataclass(slots=True)
class Section:
    """A heading, the lines up to the next heading (`body`), the same cleaned (`text`), the sections below.

    `trail` are the plain headings from the document's top down to this one, the title left out;
    `line` is the heading's, `body_line` that of the first body line, both 1-based.
    """

    heading: str
    level: int
    line: int
    body_line: int
    trail: tuple[str, ...] = ()
    body: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    def walk(self) -> Iterator["Section"]:
        """This section and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file. `root` is the section of the title (or of the text before any heading).

    `repeated` are the headings, lower-cased, that stand in the file more than once.
    """

    path: str
    title: str
    root: Section
    repeated: frozenset[str]


def fenced_lines(lines: Sequence[str]) -> list[bool]:
    """For each line, whether it is a fence or stands inside one; an open fence runs to the end."""
    marks: list[bool] = []
    opened = ""
    for line in lines:
        fence = _FENCE.match(line)
        if opened:
            marks.append(True)
            if fence and fence["mark"].startswith(opened) and not fence["info"].strip():
                opened = ""
            continue
        starts = fence is not None and not (fence["mark"][0] == "`" and "`" in fence["info"])
        opened = fence["mark"] if fence and starts else ""
        marks.append(starts)
    return marks


def parse_document(source: SourceText) -> Document:
    """The section tree of a file; its title is the first level-1 heading, else the file's name."""
    start = _front_matter_end(source.lines)
    root = Section("", 0, 1, start + 1)
    open_sections = [root]
    headings = list(_headings(source.lines, start))
    ends = [heading.first for heading in headings] + [len(source.lines)]
    _fill(root, source.lines[start : ends[0]])
    for heading, end in zip(headings, ends[1:], strict=True):
        section = Section(plain(heading.text), heading.level, heading.first + 1, heading.after + 1)
        _fill(section, source.lines[heading.after : end])
        _attach(section, open_sections)
    return _titled(source.path, root)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading on lines [first, after), 0-based."""

    first: int
    after: int
    level: int
    text: str


def _headings(lines: Sequence[str], start: int) -> Iterator[_Heading]:
    """Every heading outside of fences, from line `start` on."""
    fenced = fenced_lines(lines)
    for index in range(start, len(lines)):
        if fenced[index]:
            continue
        atx = _ATX.match(lines[index])
        if atx:
            yield _Heading(index, index + 1, len(atx["marks"]), atx["text"] or "")
        elif index > start and _is_setext(lines, fenced, index):
            level = 1 if "=" in lines[index] else 2
            yield _Heading(index - 1, index + 1, level, lines[index - 1].strip())


def _is_setext(lines: Sequence[str], fenced: list[bool], index: int) -> bool:
    """Whether line `index` underlines a one-line paragraph above it."""
    if fenced[index - 1] or not _SETEXT.match(lines[index]):
        return False
    above = lines[index - 1]
    alone = index == 1 or not lines[index - 2].strip()
    return bool(above.strip()) and alone and not _NOT_PARAGRAPH.match(above)


def _front_matter_end(lines: Sequence[str]) -> int:
    """The first line after a YAML front matter, or 0."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for index, line in enumerate(lines[1:_FRONT_MATTER_LINES], start=1):
        if line.rstrip() == "---":
            return index + 1
        if line.strip() and not re.match(r"^(\s+|[\w-]+:|- |#)", line):
            return 0
    return 0


def _fill(section: Section, body: Sequence[str]) -> None:
    """Gives a section its lines, as they are and as an answer shows them."""
    section.body = list(body)
    section.text = clean_lines(body, fenced_lines(body))


def _attach(section: Section, open_sections: list[Section]) -> None:
    """Hangs `section` under the nearest open one of a lower level."""
    while open_sections[-1].level >= section.level:
        open_sections.pop()
    parent = open_sections[-1]
    section.trail = (*parent.trail, section.heading) if section.heading else parent.trail
    parent.children.append(section)
    open_sections.append(section)


def _titled(path: str, root: Section) -> Document:
    """The document with its title: the lone level-1 heading becomes the root."""
    tops = [child for child in root.children if child.level == 1]
    headings = Counter(section.heading.lower() for section in root.walk())
    repeated = frozenset(heading for heading, count in headings.items() if count > 1)
    has_preamble = any(line.strip() for line in root.body)
    if len(root.children) == 1 and len(tops) == 1 and not has_preamble:
        title = tops[0].heading
        for section in tops[0].walk():
            section.trail = section.trail[1:] if title else section.trail
        return Document(path, title or _file_title(path), tops[0], repeated)
    title = tops[0].heading if tops else ""
    return Document(path, title or _file_title(path), root, repeated)


def _file_title(path: str) -> str:
    """A title from the file's name: `Docs/quest_flow.md` -> `quest flow`."""
    return path.rsplit("/", 1)[-1].removesuffix(".md").replace("_", " ")
