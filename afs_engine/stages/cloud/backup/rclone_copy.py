"""Copying a folder to any rclone remote (Google Drive, S3, ...), verified by hash, resumable.

rclone itself skips what is there already, so that the same call resumes. Verified means: rclone reads
every file back and compares it (`check --download`), as not every remote knows hashes.
"""

import re
import shutil
import subprocess
from pathlib import Path

from afs_engine.data.display import clean_text
from afs_engine.errors import AfsError, CloudError, MissingPartError, UsageError

_REMOTE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,99}:[^\x00-\x1f]{0,500}")


def is_remote(target: str) -> bool:
    """Whether `target` names an rclone remote, such as `gdrive:afs`, and not a path."""
    return bool(_REMOTE.fullmatch(target)) and not Path(target).expanduser().exists()


def copy_to_remote(folder: Path, names: list[str], target: str) -> None:
    """Copies the named files of a folder below `target`, and reads them back.

    Raises MissingPartError without rclone, CloudError with its reason when it fails.
    """
    if not _REMOTE.fullmatch(target):
        raise UsageError(f"'{target}' is no rclone remote", hint="write it like gdrive:afs")
    program = shutil.which("rclone")
    if program is None:
        raise MissingPartError(
            "copies to a remote are made by rclone, which is not here",
            hint="install rclone, then `rclone config` to name your Google Drive",
        )
    listed = "".join(f"{name}\n" for name in names).encode()
    for step in (["copy"], ["check", "--download", "--one-way"]):
        _call([program, *step, "--files-from-raw", "-", "--", str(folder), target], listed)


def _call(arguments: list[str], listed: bytes) -> None:
    try:
        done = subprocess.run(arguments, input=listed, capture_output=True, check=False)
    except OSError as error:
        raise AfsError(f"rclone can't be started: {error.strerror}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = clean_text(said[-1])[:300] if said else f"exit code {done.returncode}"
        raise CloudError(f"rclone {arguments[1]} failed: {reason}", hint="run the same command again")
