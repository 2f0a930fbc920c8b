"""Reading a source tree: which files are looked at, in which order, and as which text.

Owns the rules for hidden folders, links and encodings. Knows nothing of what the text means.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from afs_engine.errors import InputError

ASSEMBLY_SUFFIX = ".asm"
DOCUMENT_SUFFIX = ".md"
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class SourceText:
    """One file: its path relative to the root (posix), and its lines without line ends."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceTree:
    """All files of a tree in the order of their paths; `unread` names each file left out, with why."""

    assembly: tuple[SourceText, ...]
    documents: tuple[SourceText, ...]
    unread: tuple[tuple[str, str], ...]


def read_tree(root: Path) -> SourceTree:
    """Every .asm and .md file under `root`, hidden folders apart.

    Raises InputError when `root` is no folder, or when there is nothing in it to read.
    """
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise InputError(f"the oracle source {what}", where=root, hint="give the root of the ROM hack's tree")
    texts: dict[str, list[SourceText]] = {ASSEMBLY_SUFFIX: [], DOCUMENT_SUFFIX: []}
    unread: list[tuple[str, str]] = []
    for path, suffix in sorted(_candidates(root, unread)):
        try:
            texts[suffix].append(SourceText(path, _read_lines(root / path)))
        except _UnreadError as error:
            unread.append((path, str(error)))
    if not any(texts.values()):
        raise InputError(
            "the oracle source has no .asm and no .md file that can be read",
            where=root,
            hint="give the root of the ROM hack's tree",
        )
    return SourceTree(tuple(texts[ASSEMBLY_SUFFIX]), tuple(texts[DOCUMENT_SUFFIX]), tuple(unread))


class _UnreadError(Exception):
    """Why a file is left out, in a few words."""


def _candidates(root: Path, unread: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(relative path, suffix) of each file to look at; links to folders are not followed.

    A folder that may not be looked into is added to `unread`.
    """

    def leave_out(error: OSError) -> None:
        unread.append((Path(error.filename).relative_to(root).as_posix(), "unreadable folder"))

    for folder, folders, names in os.walk(root, onerror=leave_out):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            suffix = Path(name).suffix.lower()
            if suffix in (ASSEMBLY_SUFFIX, DOCUMENT_SUFFIX) and not name.startswith("."):
                yield (Path(folder) / name).relative_to(root).as_posix(), suffix


def _read_lines(path: Path) -> tuple[str, ...]:
    """The file's lines; \\r\\n and a lone \\r count as line ends, Unicode separators do not."""
    if path.is_symlink():
        raise _UnreadError("link")
    if not path.is_file():
        raise _UnreadError("not a regular file")  # opening a pipe would wait for a writer
    try:
        text = path.read_bytes().decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise _UnreadError("not UTF-8") from None
    except OSError as error:
        raise _UnreadError(f"unreadable: {error.strerror}") from None
    if "\0" in text:
        raise _UnreadError("binary")
    text = text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    return tuple(text.split("\n"))
