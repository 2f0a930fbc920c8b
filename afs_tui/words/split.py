"""The split in words: length bars, leak certificate, groups, and a row as it is trained. Pure."""

from textual.content import Content

from afs_engine import api
from afs_tui.data_text import clean_block, clean_line
from afs_tui.format import show_count, show_count_short, show_number
from afs_tui.glyphs import draw_bar, glyphs

_LABEL_CELLS = 12
_COUNT_CELLS = 18


def describe_lengths(view: "api.SplitView", width: int) -> Content:
    """A bar a bin of estimated tokens, with the counts of the three sides."""
    most = max((each.train + each.val + each.test for each in view.lengths), default=0) or 1
    cells = max(4, width - _LABEL_CELLS - _COUNT_CELLS - 2)
    lines = [Content.styled(f"{'tokens':<{_LABEL_CELLS}}{'':<{cells}} train val test", "$foreground-muted")]
    before = 0
    for each in view.lengths:
        label = f"{before + 1}-{each.upto_tokens}" if each.upto_tokens else f"over {before}"
        before = each.upto_tokens or before
        total = each.train + each.val + each.test
        counts = "/".join(show_count_short(n) for n in (each.train, each.val, each.test))
        lines.append(
            Content.assemble(
                f"{label:<{_LABEL_CELLS}}", (draw_bar(total / most, cells), "$primary"), f" {counts}"
            )
        )
    return Content("\n").join(lines)


def describe_leaks(view: "api.SplitView") -> Content:
    """Groups, then what the certificate says."""
    lines = [
        Content.assemble(
            ("groups  ", "$foreground-muted"),
            f"{show_count(view.groups)}, the largest has {show_count(view.largest_group)} rows; none is cut",
        )
    ]
    leak = view.leak
    if leak is None:
        told = Content.styled("not written yet; r runs up to the files", "$warning")
    elif leak.exact_pairs or leak.near_pairs:
        near = show_count(leak.near_pairs)
        told = Content.styled(
            f"{glyphs().failed} {show_count(leak.exact_pairs)} exact, {near} near pairs across sides",
            "bold $error",
        )
    else:
        told = Content.styled(f"{glyphs().done} no copies across sides, {leak.method}", "bold $success")
    lines.append(Content.assemble(("leaks   ", "$foreground-muted"), told))
    return Content("\n").join(lines)


def describe_row(row: "api.TrainedRow", *, as_line: bool) -> Content:
    """The row: trained text in colour and with a bar before it, masked text dim."""
    if as_line:
        return Content(clean_block(row.line))
    blocks: list[Content] = []
    for part in row.parts:
        word = "trained" if part.is_trained else "masked"
        style = "$success" if part.is_trained else "$foreground-muted"
        mark = glyphs().separator if part.is_trained else " "
        text = "\n".join(f"{mark} {line}" for line in clean_block(part.text).split("\n"))
        blocks.append(Content.assemble((f"{part.role}, {word}", f"bold {style}"), "\n", (text, style)))
    return Content("\n\n").join(blocks)


def row_title(row: "api.TrainedRow", number: int, total: int) -> str:
    """Which row it is, and how good."""
    score = f", score {show_number(row.score, 3)}" if row.score is not None else ""
    return f"Row {show_count(number + 1)} of {show_count(total)}, {clean_line(row.domain)}{score}"


def parse_shares(text: str) -> tuple[float, float, float] | None:
    """Three shares (or percents) that make a whole, or None."""
    try:
        values = [float(part.rstrip("%")) for part in text.replace("/", " ").split()]
    except ValueError:
        return None
    scale = 100.0 if sum(values) > 1.5 else 1.0
    shares = [round(value / scale, 6) for value in values]
    if len(shares) != 3 or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        return None
    return shares[0], shares[1], shares[2]
