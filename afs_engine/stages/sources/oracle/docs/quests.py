"""Quests: numbered progressions in quest documents, told whole and step by step.

Owns which sections are progressions. Knows nothing of other sections.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from afs_engine.stages.sources.oracle.docs.blocks import Document, Section, fenced_lines
from afs_engine.stages.sources.oracle.docs.context import Context
from afs_engine.stages.sources.oracle.docs.text import plain_cell
from afs_engine.stages.sources.oracle.draft import Draft, Record
from afs_engine.stages.sources.oracle.wording import choose

_QUEST = re.compile(
    r"\b(quests?|walkthrough|chapter|story beats?|storyline|progression|critical path|access path)\b", re.I
)
_NOT_QUEST = re.compile(
    r"\b(questions?|issues?|solves?|todo|next steps?|implementation|overview|design|checks?|tests?"
    r"|infrastructure|flags?|fix(es)?|validation|checklist|resolved|patterns?|problems?|work)\b",
    re.I,
)
_STEP = re.compile(r"^(?P<indent> {0,3})\d+[.)][ \t]+(?P<text>\S.*)$")
_MAX_QUOTED_CHARS = 100

_WHOLE = (
    "What is the progression of “{topic}” in {title}?",
    "List the steps of “{topic}” in order ({title}).",
    "How does “{topic}” unfold, according to {title}?",
    "{title}: walk me through “{topic}”.",
)
_NEXT = (
    "In “{topic}” ({title}), what comes after “{step}”?",
    "“{topic}” in {title}: which step follows “{step}”?",
    "{title}, “{topic}”: step {number} is “{step}”. What is next?",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step with all its text; `title` is its first line, plain and short enough to quote."""

    title: str
    text: str


def quest_sections(document: Document) -> list[Section]:
    """The sections of a document that are progressions: two numbered steps or more, about a quest."""
    return [
        section
        for section in document.root.walk()
        if section.heading and _is_about_quest(document, section) and len(read_steps(section)) >= 2
    ]


def quest_records(context: Context) -> Iterator[Record]:
    """One record for the section: the whole progression, then the step after each but the last."""
    steps = read_steps(context.section)
    drafts = [_draft(context, _ask(context, _WHOLE, 0, ""), "\n".join(context.section.text))]
    for number, (step, following) in enumerate(pairwise(steps), start=1):
        question = _ask(context, _NEXT, number, step.title)
        answer = f"After step {number} comes step {number + 1} of “{context.topic}”:\n\n{following.text}"
        drafts.append(_draft(context, question, answer))
    yield Record(tuple(drafts))


def read_steps(section: Section) -> list[Step]:
    """The steps of the section's first numbered list, counted by position, not by the author's number."""
    lines = section.text
    fenced = fenced_lines(lines)
    groups: list[list[str]] = []
    for line, inside in zip(lines, fenced, strict=True):
        step = None if inside else _STEP.match(line)
        if step:
            groups.append([step["text"]])
        elif groups and (_continues(line) or inside or _opens_a_block(groups[-1])):
            groups[-1].append(line)
        elif groups and line.strip():
            break
    return [_step(group) for group in groups]


def _continues(line: str) -> bool:
    """Whether a line belongs to the list item above: blank, or indented."""
    return not line.strip() or line.startswith(("  ", "\t"))


def _opens_a_block(group: list[str]) -> bool:
    """Whether the item ends with a colon, so that the table or text after it is its content."""
    first = re.sub(r"[*_`\s]+$", "", group[0])
    return first.endswith(":")


def _step(group: list[str]) -> Step:
    """A step from its lines, the list's indentation taken off."""
    while group and not group[-1].strip():
        group = group[:-1]
    rest = [line for line in group[1:] if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in rest), default=0)
    title = plain_cell(group[0]).rstrip(":")
    if len(title) > _MAX_QUOTED_CHARS:
        title = title[:_MAX_QUOTED_CHARS].rsplit(" ", 1)[0] + " …"
    return Step(title, "\n".join([group[0], *(line[indent:] for line in group[1:])]))


def _is_about_quest(document: Document, section: Section) -> bool:
    """Whether a section tells a quest, by the names of the file and of the headings above it."""
    file_name = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", document.path.rsplit("/", 1)[-1])
    named = " / ".join((file_name, *section.trail))
    return bool(_QUEST.search(named)) and not _NOT_QUEST.search(named)


def _ask(context: Context, templates: tuple[str, ...], number: int, step: str) -> str:
    template = choose(f"{context.key}\n{number}", templates)
    return template.format(topic=context.topic, title=context.title, number=number, step=step)


def _draft(context: Context, instruction: str, output: str) -> Draft:
    return Draft(
        kind="quest",
        domain="quest",
        instruction=instruction,
        output=output,
        source=context.document.path,
        group=context.document.path,
        line=context.section.line,
        name=context.heading,
    )
