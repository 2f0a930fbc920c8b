"""Macros as question and answer: how one is called and what it stands for.

Knows nothing of routines.
"""

from collections.abc import Iterator

from afs_engine.stages.sources.oracle.asm.comments import block_text, header_above
from afs_engine.stages.sources.oracle.asm.listing import Listing, Span
from afs_engine.stages.sources.oracle.draft import Draft, Record
from afs_engine.stages.sources.oracle.wording import choose

_TEMPLATES = (
    "What does the macro `{call}` in `{path}` expand to?",
    "Explain the asar macro `{call}` (`{path}`).",
    "How is the macro `%{name}` defined, and how is it called?",
    "Show the macro `{call}` from `{path}`.",
)


def macro_records(listing: Listing) -> Iterator[Record]:
    """One record a macro; the code alone is an answer, the comment above it is added where there is one."""
    for span in listing.macros:
        code = "\n".join(line.text.rstrip() for line in listing.lines[span.start : span.end])
        if span.end - span.start <= 2:
            yield Record(skipped="empty macro")
        else:
            yield Record((_draft(listing, span, code),))


def _draft(listing: Listing, span: Span, code: str) -> Draft:
    parameters = ", ".join(part.strip() for part in span.argument.split(",") if part.strip())
    call = f"%{span.name}({parameters})"
    header = block_text(header_above(listing.lines, span.start, gap=1))
    about = f"\n\n{header}" if header else ""
    template = choose(f"{listing.path}\n{span.name}\n{span.start}", _TEMPLATES)
    return Draft(
        kind="macro",
        domain="constants",
        instruction=template.format(call=call, name=span.name, path=listing.path),
        output=f"`{call}` is a macro of `{listing.path}`.{about}\n\n```asm\n{code}\n```",
        source=listing.path,
        group=f"{listing.path}#{span.name}",
        line=span.start + 1,
        name=span.name,
    )
