"""What a section is (how-to, overview, issue, reference, list, code) and how it is asked for.

Judged from the heading and the shape of the text only. No wording claims anything the section
does not show.
"""

import re

from afs_engine.stages.sources.oracle.docs.blocks import fenced_lines
from afs_engine.stages.sources.oracle.docs.context import Context
from afs_engine.stages.sources.oracle.wording import choose

_OVERVIEW = re.compile(
    r"^(overview|introduction|summary|purpose|about|background|description|context|goals?)\b", re.I
)
_PROCEDURE = re.compile(
    r"\b(how to|steps?|set-?up|install\w*|build(ing)?|usage|workflow|procedure|tutorial|quick ?start|running"
    r"|guide)\b",
    re.I,
)
_ISSUE = re.compile(
    r"\b(bugs?|issues?|crash\w*|soft-?locks?|regressions?|root cause|symptoms?|problems?|failures?|fix(es)?"
    r"|blackout|workarounds?|troubleshooting|freeze)\b",
    re.I,
)
_BULLET = re.compile(r"^\s*([-+*]|\d+[.)])\s")
_NUMBERED = re.compile(r"^\s*\d+[.)]\s")

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "title": (
        "What is {title} about?",
        "Give an overview of {title}.",
        "What do the docs say about {title}?",
        "Introduce {title}.",
    ),
    "overview": (
        "Give an overview: {topic}, in {title}.",
        "What do the docs give as the {heading_lower} for {title}?",
        "{title}: what does its section “{topic}” say?",
        "Tell me about {title}, starting from its “{topic}” section.",
    ),
    "question": (
        "{heading} ({title})",
        "{title}: {heading}",
        "In the context of {title}: {heading}",
    ),
    "how to": (
        "How do I {action}? ({title})",
        "{title}: how do I {action}?",
        "Show me how to {action}, following {title}.",
    ),
    "procedure": (
        "What are the steps for “{topic}” in {title}?",
        "Walk me through “{topic}” as {title} describes it.",
        "{title}: how does “{topic}” go, step by step?",
        "Which steps does {title} give under “{topic}”?",
    ),
    "issue": (
        "What is known about “{topic}” in {title}?",
        "What do the notes in {title} say about “{topic}”?",
        "{title}: describe “{topic}”.",
        "What does {title} record under “{topic}”?",
    ),
    "reference": (
        "Give the reference table for “{topic}” from {title}.",
        "What does the table under “{topic}” in {title} list?",
        "{title}: list the entries of “{topic}”.",
        "Which entries does {title} list for “{topic}”?",
    ),
    "code": (
        "What code does {title} give for “{topic}”?",
        "Show the code for “{topic}” from {title}.",
        "{title}: how does “{topic}” look in code?",
        "Explain “{topic}” from {title}, with its code.",
    ),
    "list": (
        "List the points under “{topic}” in {title}.",
        "What does {title} list under “{topic}”?",
        "Which points does {title} make about “{topic}”?",
        "{title}: what belongs to “{topic}”?",
    ),
    "general": (
        "Explain “{topic}” as described in {title}.",
        "What does {title} say about “{topic}”?",
        "{title}: what should I know about “{topic}”?",
        "Describe “{topic}” ({title}).",
        "Tell me about “{topic}” from {title}.",
    ),
}


def section_kind(context: Context, lines: list[str]) -> str:
    """One of the keys of the templates above."""
    heading = context.heading
    if not heading:
        return "title"
    if heading.endswith("?"):
        return "question"
    if heading.lower().startswith("how to "):
        return "how to"
    if _OVERVIEW.match(heading):
        return "overview"
    return _kind_by_shape(heading, f"{context.document.path} {heading}", lines)


def _kind_by_shape(heading: str, named: str, lines: list[str]) -> str:
    """The kind of a section whose heading alone does not tell it."""
    fenced = fenced_lines(lines)
    text = [line for line, inside in zip(lines, fenced, strict=True) if not inside and line.strip()]
    numbered = sum(1 for line in text if _NUMBERED.match(line))
    if numbered >= 2 and _PROCEDURE.search(heading):
        return "procedure"
    if _ISSUE.search(named.replace("_", " ")):
        return "issue"
    if numbered >= 3 and numbered * 2 >= len(text):
        return "procedure" if _PROCEDURE.search(named) else "list"
    if sum(1 for line in text if line.lstrip().startswith("|")) * 2 > len(text):
        return "reference"
    if sum(fenced) >= 4 and any(re.match(r"\s*[`~]{3,}\s*\w", line) for line in lines):
        return "code"
    if text and sum(1 for line in text if _BULLET.match(line)) * 3 >= len(text) * 2:
        return "list"
    return "general"


def ask_for_section(context: Context, kind: str) -> str:
    """The question for a section of `kind`."""
    template = choose(context.key, _TEMPLATES[kind])
    return template.format(
        title=context.title,
        topic=context.topic,
        heading=context.heading,
        heading_lower=context.heading.lower(),
        action=_in_sentence(context.heading[len("how to ") :]),
    )


def _in_sentence(text: str) -> str:
    """`Add a Song` as it stands within a sentence; an acronym at the start stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
