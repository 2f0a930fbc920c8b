"""Files up to and down from a rented machine, in pieces, verified by hash, taken up where they broke.

Every function gives a step after each piece, so that its caller can look at money and time between
two. Names that come from the machine are checked before they become paths.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from afs_engine.data.digest import sha256_file
from afs_engine.errors import CloudError
from afs_engine.stages.cloud.instance.ssh_line import SshLine
from afs_engine.stages.cloud.rental.machine import Step, UnreachableError

PIECE = 4_000_000
LARGEST_RESULT = 200_000_000_000
_HIDDEN = re.compile(r"(^|/)\.[A-Za-z0-9]")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+=-]{0,199}")


def checked_name(name: object) -> str:
    """A relative name of plain parts. Raises CloudError on any other, such as `../../x` or `/etc`."""
    parts = name.split("/") if isinstance(name, str) else []
    if not parts or len(parts) > 8 or not all(_PART.fullmatch(part) for part in parts):
        raise CloudError("the machine names a file that it should not have")
    return "/".join(parts)


def upload(line: SshLine, source: Path, name: str) -> Iterator[Step]:
    """Sends a file, unless it is there already."""
    digest, total = sha256_file(source), source.stat().st_size
    known, _ = line.ask("size", path=name)
    if known.get("whole") == total and known.get("sha256") == digest:
        return
    done = known.get("part")
    offset = done if isinstance(done, int) and 0 < done <= total else 0
    with source.open("rb") as file:
        file.seek(offset)
        while piece := file.read(PIECE):
            line.ask("put", path=name, offset=offset, data=piece)
            offset += len(piece)
            yield Step("working")
    if total == 0:
        line.ask("put", path=name, offset=0)
    answer, _ = line.ask("seal", path=name, sha256=digest)
    if answer.get("good") is not True:
        raise UnreachableError(f"{name} did not arrive whole")
    yield Step("working", f"sent {name} ({total:,} bytes)")


def download(line: SshLine, name: str, target: Path, size: object) -> Iterator[Step]:
    """Fetches a file to `target`; it takes its name only when its hash is right.

    A part that was fetched before is gone on with. Raises UnreachableError when the hash is wrong.
    """
    if not isinstance(size, int) or not 0 <= size <= LARGEST_RESULT:
        raise CloudError("the machine names a size that makes no sense")
    known, _ = line.ask("size", path=name)
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    with _open_part(part) as file:
        file.seek(0, os.SEEK_END)
        if file.tell() > size:
            file.truncate(0)
            file.seek(0)
        while file.tell() < size:
            _, piece = line.ask("get", path=name, offset=file.tell(), length=min(PIECE, size - file.tell()))
            if not piece:
                break
            file.write(piece)
            yield Step("working")
        file.flush()
        os.fsync(file.fileno())
    if sha256_file(part) != known.get("sha256"):
        part.unlink()
        raise UnreachableError(f"{name} did not arrive whole")
    part.replace(target)


def list_files(line: SshLine, folder: str) -> dict[str, int]:
    """The files below a folder of the job, by checked name, with their sizes.

    Hidden ones are left out: they are being written.
    """
    answer, _ = line.ask("listing", path=folder)
    return read_listing(answer.get("files"))


def read_listing(listed: object) -> dict[str, int]:
    """The names and sizes of a listing. Raises CloudError on a name that is none."""
    found = {}
    for entry in listed if isinstance(listed, list) else []:
        if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], int)):
            continue
        if not (isinstance(entry[0], str) and _HIDDEN.search(entry[0])):
            found[checked_name(entry[0])] = entry[1]
    return found


def _open_part(path: Path) -> BinaryIO:
    """The part, opened to go on with; never through a link."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
