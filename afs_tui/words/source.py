"""Sources as cells and words, and how a path of a person's own becomes a source of the recipe. Pure."""

import re
from collections.abc import Collection
from pathlib import Path

from textual.content import Content

from afs_engine import api
from afs_tui.data_text import clean_block, clean_line
from afs_tui.format import show_bytes, show_count
from afs_tui.glyphs import glyphs
from afs_tui.widgets.row_list import Cell, Column

SOURCE_COLUMNS = (
    Column("", 1),
    Column("source", 14),
    Column("kind", 9, from_width=60),
    Column("state", 14),
    Column("rows", 8, "right"),
    Column("size", 8, "right", from_width=56),
    Column("changed", 10, from_width=100),
    Column("refused", 7, "right", from_width=90),
    Column("redacted", 8, "right", from_width=90),
    Column("where"),
)
FOLDER_KINDS = ("memory", "history", "oracle", "claude", "codex", "gemini", "antigravity")
_SAMPLE_FILE = re.compile(r"\.(jsonl(\.gz|\.zst)?|parquet)$")
_BAD_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_STATE_STYLES = {"exported": "$success", "not exported": "$warning", "missing": "bold $error"}


def source_cells(entry: "api.SourceEntry") -> tuple[Cell, ...]:
    """Ticked or not, name, kind, state, rows, size, time, refused lines, redactions, path or problem."""
    marks = glyphs()
    is_in = entry.place is not None
    where = entry.problem or entry.path
    return (
        Content.styled(marks.selected if is_in else marks.unselected, "bold $accent" if is_in else ""),
        clean_line(entry.name),
        clean_line(entry.kind),
        Content.styled(entry.state, _STATE_STYLES.get(entry.state, "$foreground-muted")),
        show_count(entry.rows),
        show_bytes(entry.size_bytes),
        clean_line(entry.newest[:10]) or "-",
        show_count(entry.quarantined),
        show_count(entry.redacted),
        Content.styled(clean_line(where), "$error" if entry.problem else "$foreground-muted"),
    )


def describe_source(entry: "api.SourceEntry") -> Content:
    """One source in a few lines."""
    told = "in the recipe; space takes it out" if entry.place is not None else "found here; space takes it in"
    lines = [
        Content.assemble((clean_line(entry.name), "bold"), f", {clean_line(entry.kind)}: {told}"),
        Content.assemble(("where    ", "$foreground-muted"), clean_line(entry.path)),
        Content.assemble(("files    ", "$foreground-muted"), show_count(entry.sessions)),
        Content.assemble(
            ("domains  ", "$foreground-muted"), clean_line(", ".join(entry.domains)) or "known after export"
        ),
    ]
    if entry.problem:
        lines.insert(1, Content.styled(clean_line(entry.problem), "bold $error"))
    return Content("\n").join(lines)


def describe_inside(inside: "api.SourceInside", root: Path) -> Content:
    """Counts, refused lines with their reason, then the first rows; paths below `root` from there."""
    lines = [Content.assemble((show_count(inside.rows), "bold"), " rows")]
    if inside.read is not None:
        lines.append(Content(f"{show_count(inside.read)} records read"))
    for title, counts in (("skipped", inside.skipped), ("redacted", inside.redacted)):
        if counts:
            lines += [Content(""), Content.styled(title, "bold $accent")]
            lines += [Content(f"  {show_count(each.count):>8}  {clean_line(each.name)}") for each in counts]
    if inside.quarantined:
        lines += [Content(""), Content.styled("refused lines", "bold $error")]
        for bad in inside.quarantined:
            place = f"  {clean_line(_from_root(Path(bad.file), root))}:{bad.line}  "
            lines.append(Content.assemble((place, "$foreground-muted"), clean_line(bad.reason)))
            lines.append(Content.styled(f"    {clean_line(bad.raw, 120)}", "$foreground-muted"))
    lines += [Content(""), Content.styled(f"first {len(inside.preview)} rows", "bold $accent")]
    for row in inside.preview:
        lines.append(
            Content.assemble((f"{clean_line(row.domain)}: ", "$primary"), clean_line(row.instruction))
        )
        lines.append(Content.styled(_indented(clean_block(row.output)), "$foreground-muted"))
    return Content("\n").join(lines)


def matches(entry: "api.SourceEntry", wanted: str) -> bool:
    """Whether all wanted words stand in the source's name, kind, path or domains."""
    text = " ".join([entry.name, entry.kind, entry.path, *entry.domains]).lower()
    return all(word in text for word in wanted.lower().split())


def why_not_addable(path: Path) -> str:
    """What keeps a path from being a source, "" for nothing."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return "this name is not UTF-8, a recipe can't name it; rename it"
    if not path.exists():
        return "there is nothing here"
    if path.is_file() and path.suffix == ".py":
        return "a generator class needs its name, too; add it with e on the pipeline"
    if path.is_file() and not _SAMPLE_FILE.search(path.name):
        return "a file must be .jsonl, .jsonl.gz, .jsonl.zst or .parquet; else name its folder"
    return ""


def new_source(path: Path, kind: str, root: Path, taken: Collection[str]) -> dict[str, object]:
    """The recipe's table for a path; inside the workspace it is written relative."""
    name = free_name(path.name.split(".")[0] or kind, taken)
    return {"name": name, "kind": kind, "path": _from_root(path, root)}


def _from_root(path: Path, root: Path) -> str:
    whole = path.absolute()
    return str(whole.relative_to(root)) if whole.is_relative_to(root) else str(path)


def free_name(wanted: str, taken: Collection[str]) -> str:
    """A name that a recipe takes, with a number where it is taken already."""
    name = _BAD_IN_NAMES.sub("-", wanted).strip("-._")[:60] or "source"
    numbered = (name if n == 1 else f"{name}-{n}" for n in range(1, len(taken) + 2))
    return next(each for each in numbered if each not in taken)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
