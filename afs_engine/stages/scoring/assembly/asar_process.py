"""The worker process seen from outside: started when needed, killed when a snippet takes too long.

Owns the process, its pipes and the time limit. One snippet is asked at a time, so it is always known
which one hung. Knows nothing of what is assembled.
"""

import os
import selectors
import subprocess
import sys
import time
from pathlib import Path

import msgspec

import afs_engine
from afs_engine.errors import WorkerError
from afs_engine.stages.scoring.assembly.asar_messages import (
    AsarReply,
    AsarRequest,
    decode_hello,
    decode_reply,
    encode_message,
)

START_LIMIT_SECONDS = 30.0
_BLOCK_BYTES = 1 << 16
_START_HINT = "is it the library of asar 1.9 for this machine?"
_WORKER_MODULE = "afs_engine.stages.scoring.assembly.asar_worker"


class AsarProcess:
    """An asar library in a process of its own. Close it when done.

    `assemble` never hangs longer than `time_limit_seconds`, and the next call finds a fresh worker.
    """

    def __init__(self, library: Path, time_limit_seconds: float) -> None:
        self.library = library
        self.time_limit_seconds = time_limit_seconds
        self.version = ""
        self._worker: _Worker | None = None

    def start(self) -> None:
        """Starts the worker unless it runs. Raises WorkerError where it does not come up."""
        self._require_worker()

    def assemble(self, source: str) -> AsarReply:
        """asar's reply, or one that says the worker timed out or gave no answer; then it was ended."""
        worker = self._require_worker()
        try:
            worker.write(encode_message(AsarRequest(source)))
            line = worker.read_line(self.time_limit_seconds)
            reply = (
                decode_reply(line)
                if line
                else AsarReply(outcome="timed out" if line is None else "no answer")
            )
        except (BrokenPipeError, msgspec.DecodeError):
            reply = AsarReply(outcome="no answer")
        if reply.outcome != "answered":
            self.close()
        return reply

    def close(self) -> None:
        """Ends the worker at once, whatever it is doing."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()

    def _require_worker(self) -> "_Worker":
        if self._worker is not None:
            return self._worker
        arguments = [str(self.library), str(self.time_limit_seconds)]
        worker = _Worker([sys.executable, "-P", "-m", _WORKER_MODULE, *arguments])
        hello = worker.read_line(START_LIMIT_SECONDS)
        if not hello:
            worker.kill()
            raise WorkerError("asar's worker did not start", where=self.library, hint=_START_HINT)
        self.version = decode_hello(hello).version
        self._worker = worker
        return worker


class _Worker:
    """One process and its two pipes."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_worker_environment(),
            start_new_session=True,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests = self._process.stdin
        self._replies = self._process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._replies, selectors.EVENT_READ)

    def write(self, message: bytes) -> None:
        """Sends all of `message`. Raises BrokenPipeError where the process is gone."""
        left = memoryview(message)
        while left:
            left = left[os.write(self._requests.fileno(), left) :]

    def read_line(self, limit_seconds: float) -> bytes | None:
        """One line; None when the time is up, and nothing at all (`b""`) when the process is gone."""
        deadline = time.monotonic() + limit_seconds
        line = bytearray()
        while not line.endswith(b"\n"):
            if not self._selector.select(max(deadline - time.monotonic(), 0.0)):
                return None
            block = os.read(self._replies.fileno(), _BLOCK_BYTES)
            if not block:
                return b""
            line += block
        return bytes(line)

    def kill(self) -> None:
        """Ends the process and closes its pipes."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        self._requests.close()
        self._replies.close()


def _worker_environment() -> dict[str, str]:
    """This process's environment, with the engine importable from where it was imported here."""
    root = str(Path(afs_engine.__file__).parent.parent)
    others = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{others}" if others else root}
