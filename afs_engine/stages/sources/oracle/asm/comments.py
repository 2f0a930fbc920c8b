"""Comment blocks: the text above a line that belongs to it, and the banner of the part it stands in.

Knows nothing of what the line is.
"""

import re
from collections.abc import Sequence

from afs_engine.stages.sources.oracle.asm.lines import AsmLine, is_meaningful, told

_PLACING = re.compile(r"^(?:org|base|pushpc|pullpc|namespace|if|else|endif|optimize)\b", re.I)
_MAX_BANNER_CHARS = 80
_MAX_BOX_LINES = 8


def header_above(lines: Sequence[AsmLine], index: int, gap: int) -> list[AsmLine]:
    """The comment block that ends above line `index`, without its borders; [] where there is none.

    Up to `gap` blank lines and placing directives (`org`, `pullpc`, ...) may stand between. A border
    above the text ends it; a block at the very top of a file, parted from what follows, is the file's own.
    """
    bottom = _block_bottom(lines, index, gap)
    block: list[AsmLine] = []
    position = bottom
    while position >= 0 and lines[position].is_comment:
        line = lines[position]
        if line.is_border and block:
            break
        if not line.is_border:
            block.append(line)
        position -= 1
    if position < 0 and bottom < index - 1:
        return []
    block.reverse()
    return block


def _block_bottom(lines: Sequence[AsmLine], index: int, gap: int) -> int:
    """The last line of the comment block above `index`, or -1."""
    blanks = 0
    for position in range(index - 1, -1, -1):
        line = lines[position]
        if line.is_comment:
            return position
        if line.is_blank:
            blanks += 1
            if blanks > gap:
                return -1
        elif not _PLACING.match(line.statement) or not gap:
            return -1
    return -1


def block_text(block: Sequence[AsmLine]) -> str:
    """A comment block as text: annotations out, common indentation off; "" unless it says something."""
    if not any(is_meaningful(line.comment) for line in block):
        return ""
    rows = [re.sub(r"(?:^|\s)@\w+.*$", "", line.comment or "").rstrip() for line in block]
    indent = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(row[indent:] for row in rows)).strip("\n")


def banners(lines: Sequence[AsmLine]) -> list[str]:
    """For each line, the banner it stands under: the title of the last comment box above it.

    A box opens with a border and has a second one. One drawn with `=` heads a part of the file, one
    drawn otherwise a part of that. A comment block with a single border ends them: what follows it is
    something else. A box on the first line is the file's title and heads nothing.
    """
    out: list[str] = []
    part = detail = ""
    for index, line in enumerate(lines):
        if line.is_border and index and not lines[index - 1].is_comment:
            block = _comment_block(lines, index)
            title = _box_title(block)
            if (line.comment or "").strip().startswith("="):
                part, detail = title, ""
            else:
                detail = title
        out.append(detail or part)
    return out


def _comment_block(lines: Sequence[AsmLine], index: int) -> list[AsmLine]:
    """The comment lines from `index` on, up to the first line that is none."""
    end = index
    while end < len(lines) and lines[end].is_comment:
        end += 1
    return list(lines[index:end])


def _box_title(block: Sequence[AsmLine]) -> str:
    """The first words of a box, or "" when the block is no box, or a long note rather than a heading."""
    texts = [told(line.comment) for line in block if not line.is_border and told(line.comment)]
    borders = sum(line.is_border for line in block)
    if borders < 2 or not texts or len(texts) > _MAX_BOX_LINES:
        return ""
    title = re.sub(r"^\d+\.\s*", "", texts[0]).strip(" []*:.")
    return title if 2 < len(title) <= _MAX_BANNER_CHARS else ""
