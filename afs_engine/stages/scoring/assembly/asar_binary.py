"""asar's command line tool: the fallback where its shared library is missing.

Owns the call and the reading of its messages. The tool takes one file a run, so this is one process
and one temporary folder for every snippet, some forty times slower than the library. It is also the
tool that decides which files it opens, so a source that could spell a file command out of defines is
not given to it (`may_compose_command`). Knows nothing of what is assembled.
"""

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from afs_engine.errors import WorkerError
from afs_engine.stages.scoring.assembly.asar_errors import AsarError, error_id_of
from afs_engine.stages.scoring.assembly.asar_library import ROM_BYTES
from afs_engine.stages.scoring.assembly.asar_messages import AsarReply

VERSION_LIMIT_SECONDS = 10.0
_VERSION = re.compile(r"^Asar (\d+\.\d+)", re.MULTILINE)
_ERROR = re.compile(r"^[^\n]*?:(\d+): error: \((E\w+)\): (.*)$", re.MULTILINE)
_COMPOSED = re.compile(r"[\w>}][!<]\{?\w|![\w{}]*\}?[!<]|[>}]\w|!\w+\s+[+:?]?=\s+\"")


def may_compose_command(source: str) -> bool:
    """Whether defines or macro parameters are glued into words, or hold more than one word."""
    return _COMPOSED.search(source) is not None


class AsarBinary:
    """One asar program on disk."""

    def __init__(self, program: Path, time_limit_seconds: float) -> None:
        self.program = program
        self.time_limit_seconds = time_limit_seconds
        self.version = ""

    def start(self) -> None:
        """Learns the version. Raises WorkerError for another program of that name."""
        if not self.version:
            self.version = self._read_version()

    def _read_version(self) -> str:
        """Electron's packer of archives is called asar too; only the assembler says `Asar 1.x`."""
        try:
            shown = _run([str(self.program), "--version"], None, VERSION_LIMIT_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise WorkerError(f"asar did not start: {error}", where=self.program) from error
        match = _VERSION.search(shown)
        if match is None:
            raise WorkerError("this program is not the asar assembler", where=self.program)
        return match[1]

    def assemble(self, source: str) -> AsarReply:
        """The tool's errors; a source that may compose a file command gets no answer."""
        if may_compose_command(source):
            return AsarReply(outcome="no answer")
        with TemporaryDirectory(prefix="afs-asar-") as folder:
            (Path(folder) / "snippet.asm").write_text(source, encoding="utf-8", newline="\n")
            (Path(folder) / "snippet.sfc").write_bytes(bytes(ROM_BYTES))
            command = [str(self.program), "--no-title-check", "snippet.asm", "snippet.sfc"]
            try:
                return AsarReply(read_errors(_run(command, folder, self.time_limit_seconds)))
            except subprocess.TimeoutExpired:
                return AsarReply(outcome="timed out")

    def close(self) -> None:
        """Nothing is kept between runs."""


def read_errors(shown: str) -> list[AsarError]:
    """The errors in what the tool printed; its lines count from 1."""
    return [AsarError(int(line) - 1, error_id_of(name), text) for line, name, text in _ERROR.findall(shown)]


def _run(command: list[str], folder: str | None, limit_seconds: float) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=limit_seconds,
        check=False,
    )
    return done.stdout.decode(errors="replace")
