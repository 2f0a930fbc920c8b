"""Reads the sources' view: the recipe's sources as they lie and as they were exported, and one from inside.

Runs in the reading process; exports nothing. What lies on this machine is `runs.discover`'s to find.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from afs_engine.data.display import show_path
from afs_engine.data.rowset import RowSet
from afs_engine.errors import AfsError, InputError, UsageError
from afs_engine.runs.context import StepContext
from afs_engine.runs.discover import discover_sources
from afs_engine.runs.plan import WouldRunError, read_only_context
from afs_engine.runs.recipe import AnySource
from afs_engine.runs.steps.export import QUARANTINE, Exported, export_source
from afs_engine.runs.steps.open_source import source_path
from afs_engine.runs.views.sources_view import (
    NamedCount,
    QuarantinedLine,
    RowPreview,
    SourceEntry,
    SourceInside,
)

_MOST_FILES = 20_000  # of a folder whose size is told; a larger one has none
_MOST_ROWS = 200
_MOST_QUARANTINED = 500
_PREVIEW_CHARACTERS = 400
_PREVIEW_BYTES = 1 << 20


def read_sources(recipe_path: str, text: str | None = None) -> list[SourceEntry]:
    """The sources of the recipe, or of `text` as if it stood in its file. Raises RecipeError."""
    context = read_only_context(Path(recipe_path), text)
    done = _exported_so_far(context)
    return [
        _entry(context, source, place, done.get(source.name))
        for place, source in enumerate(context.recipe.sources)
    ]


def find_sources(known: list[str]) -> list[SourceEntry]:
    """What lies on this machine where the vendors keep it, but for the paths that are `known` already."""
    there = {str(Path(path).expanduser()) for path in known}
    return [
        SourceEntry(
            name=each.kind,
            kind=each.kind,
            path=each.path,
            place=None,
            state="found",
            rows=each.samples,
            sessions=each.sessions,
            size_bytes=each.size_bytes,
            newest=each.newest,
            domains=(),
            redacted=None,
            quarantined=None,
            problem="",
        )
        for each in discover_sources().sources
        if str(Path(each.path).expanduser()) not in there
    ]


def read_source_inside(recipe_path: str, text: str | None, place: int) -> SourceInside:
    """An exported source of the recipe. Raises UsageError where it has not been exported as it is."""
    context = read_only_context(Path(recipe_path), text)
    source = context.recipe.sources[place]
    found = _exported_so_far(context).get(source.name)
    if found is None:
        raise UsageError(f"'{source.name}' has not been exported as it is now", hint="r exports it")
    facts = found.entry.result.facts
    records: Mapping[str, Any] = facts.get("records") or {}
    dropped = {name: n for each in found.entry.result.ledgers for name, n in each.dropped.items()}
    return SourceInside(
        name=source.name,
        rows=found.rowset.rows,
        read=records.get("read"),
        skipped=_counts({**records.get("skipped", {}), **dropped}),
        redacted=_counts(facts.get("redacted") or {}),
        preview=_preview(found.rowset),
        quarantined=_quarantined(found.entry.folder / QUARANTINE),
    )


def _exported_so_far(context: StepContext) -> dict[str, Exported]:
    """The exports in the store, up to the first that is not: placeholders go on from source to source."""
    done: dict[str, Exported] = {}
    before: Exported | None = None
    with suppress(WouldRunError, InputError):
        for source in context.recipe.sources:
            before = export_source(context, source, before)
            done[source.name] = before
    return done


def _entry(context: StepContext, source: AnySource, place: int, done: Exported | None) -> SourceEntry:
    problem, path = "", None
    try:
        path = source_path(context, source)
    except AfsError as error:
        problem = error.what
    size, files, newest = _measure(path) if path is not None else (None, None, "")
    result = done.entry.result if done else None
    return SourceEntry(
        name=source.name,
        kind=source.kind,
        path=source.path or (show_path(path) if path else ""),
        place=place,
        state="missing" if path is None else "exported" if done else "not exported",
        rows=done.rowset.rows if done else None,
        sessions=files,
        size_bytes=size,
        newest=newest,
        domains=tuple(result.facts["domains"]) if result else (),
        redacted=sum((result.facts.get("redacted") or {}).values()) if result else None,
        quarantined=sum(ledger.quarantined for ledger in result.ledgers) if result else None,
        problem=problem,
    )


def _measure(path: Path) -> tuple[int | None, int | None, str]:
    """Size, number of files and time of the last change; size and number None for a very large folder."""
    files = [path] if path.is_file() else list(islice(path.rglob("*"), _MOST_FILES + 1))
    size = count = newest = 0
    for each in files:
        with suppress(OSError):
            stat = each.stat()
            if each.is_file():
                size, count, newest = size + stat.st_size, count + 1, max(newest, stat.st_mtime_ns)
    told = datetime.fromtimestamp(newest / 1e9, UTC).isoformat(timespec="seconds") if newest else ""
    return (None, None, told) if len(files) > _MOST_FILES else (size, count, told)


def _counts(counts: Mapping[str, int]) -> tuple[NamedCount, ...]:
    return tuple(
        NamedCount(name, n) for name, n in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    )


class _Row(msgspec.Struct, gc=False):
    instruction: str = ""
    output: str = ""
    domain: str = ""


def _preview(rowset: RowSet) -> tuple[RowPreview, ...]:
    """The first rows; one that is very long is shown as such and not decoded."""
    decode = msgspec.json.Decoder(_Row).decode
    shown: list[RowPreview] = []
    for lines in rowset.line_blocks():
        for line in islice(lines, _MOST_ROWS - len(shown)):
            if len(line) > _PREVIEW_BYTES:
                shown.append(RowPreview("", f"(a row of {len(line):,} bytes)", ""))
                continue
            row = decode(line)
            shown.append(RowPreview(row.domain, _cut(row.instruction), _cut(row.output)))
        if len(shown) >= _MOST_ROWS:
            break
    return tuple(shown)


def _cut(text: str) -> str:
    return text[:_PREVIEW_CHARACTERS]


class _Refused(msgspec.Struct, gc=False):
    file: str
    line: int
    reason: str
    detail: str = ""
    raw: str = ""


def _quarantined(path: Path) -> tuple[QuarantinedLine, ...]:
    decode = msgspec.json.Decoder(_Refused).decode
    try:
        with path.open("rb") as file:
            found = [decode(line) for line in islice(file, _MOST_QUARANTINED)]
    except FileNotFoundError:
        return ()
    return tuple(
        QuarantinedLine(each.file, each.line, each.reason, each.detail, _cut(each.raw)) for each in found
    )
