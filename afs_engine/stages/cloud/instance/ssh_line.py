"""The ssh line to a rented machine: the system's ssh client, with the host key pinned.

Owns the command line (a constant but for host and port, which are checked), what ends the line, and
the framing of requests. The client gets no key of the account, no agent and no configuration of the
person's. It must not know what is asked.
"""

import json
import os
import re
import selectors
import subprocess
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from afs_engine.data.display import clean_text
from afs_engine.errors import CloudError
from afs_engine.stages.cloud.rental.machine import DistrustedError, UnreachableError

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._:-]{0,252}[A-Za-z0-9])?")
_LONGEST_HEAD = 8_000_000
_MOST_BYTES = 64_000_000
_BOOT = (
    'PATH="$PATH:/usr/local/bin:/opt/conda/bin" exec python3 -c '
    "'import sys;n=int(sys.stdin.buffer.readline());"
    'exec(compile(sys.stdin.buffer.read(n),"far_end","exec"))\''
)
_CHANGED_KEY = ("HOST IDENTIFICATION HAS CHANGED", "Host key verification failed", "host key is known")


@dataclass(frozen=True)
class SshPlace:
    """Where to log in, with which key; `known_hosts` and `alias` pin this rental's host key."""

    host: str
    port: int
    key_file: Path
    known_hosts: Path
    alias: str
    user: str = "root"


def ssh_arguments(place: SshPlace) -> list[str]:
    """The whole command. Raises CloudError on a host that is none."""
    if not _HOST.fullmatch(place.host) or not 0 < place.port < 65_536:
        raise CloudError("the machine's address is not usable")
    options = {
        "IdentityFile": str(place.key_file),
        "IdentitiesOnly": "yes",
        "BatchMode": "yes",
        "StrictHostKeyChecking": "accept-new",  # the first key is taken, and proven before any data flows
        "UserKnownHostsFile": str(place.known_hosts),
        "GlobalKnownHostsFile": "/dev/null",
        "HostKeyAlias": place.alias,
        "HashKnownHosts": "no",
        "UpdateHostKeys": "no",
        "ConnectTimeout": "15",
        "ServerAliveInterval": "15",
        "ServerAliveCountMax": "4",
        "ForwardAgent": "no",
        "ClearAllForwardings": "yes",
        "LogLevel": "ERROR",
    }
    flags = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    target = ["-p", str(place.port), "-l", place.user, "--", place.host, _BOOT]
    return ["ssh", "-F", "/dev/null", "-T", *flags, *target]


class SshLine:
    """One connection, requests one after another."""

    def __init__(self, place: SshPlace) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        try:
            self._process = subprocess.Popen(
                ssh_arguments(place),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=kept,
                start_new_session=True,  # Ctrl-C at our terminal is not meant for it
            )
        except FileNotFoundError as error:
            raise CloudError("there is no ssh client", hint="install openssh-client") from error
        program = files("afs_engine.stages.cloud.instance").joinpath("far_end.py").read_bytes()
        self._left = b""
        self._send(f"{len(program)}\n".encode() + program)

    def close(self) -> None:
        """Ends the connection."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                _close_quietly(pipe)

    def ask(
        self, call: str, *, data: bytes = b"", limit_seconds: float = 120.0, **request: object
    ) -> tuple[dict[str, Any], bytes]:
        """The answer and its bytes. Raises UnreachableError when the line breaks or the machine is silent."""
        self._send(json.dumps({"call": call, "bytes": len(data), **request}).encode() + b"\n" + data)
        end = time.monotonic() + limit_seconds
        head = self._read_until_newline(end)
        try:
            answer = json.loads(head)
            count = answer["bytes"]
            if not isinstance(answer, dict) or not isinstance(count, int) or not 0 <= count <= _MOST_BYTES:
                raise ValueError
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UnreachableError("the machine's answer makes no sense") from error
        body = self._read_exactly(count, end)
        if "error" in answer:
            raise UnreachableError(f"the machine says: {clean_text(str(answer['error']))[:300]}")
        return answer, body

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except OSError as error:
            raise self._broken() from error

    def _read_until_newline(self, end: float) -> bytes:
        while b"\n" not in self._left:
            if len(self._left) > _LONGEST_HEAD:
                raise UnreachableError("the machine's answer is too long")
            self._left += self._read_some(end)
        head, _, self._left = self._left.partition(b"\n")
        return head

    def _read_exactly(self, count: int, end: float) -> bytes:
        pieces, have = [self._left], len(self._left)
        while have < count:
            pieces.append(self._read_some(end))
            have += len(pieces[-1])
        everything = b"".join(pieces)
        self._left = everything[count:]
        return everything[:count]

    def _read_some(self, end: float) -> bytes:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(max(0.0, end - time.monotonic())):
                raise UnreachableError("the machine does not answer in time")
        piece = os.read(self._process.stdout.fileno(), 1 << 20)
        if not piece:
            raise self._broken()
        return piece

    def _broken(self) -> UnreachableError | DistrustedError:
        """Why the line ended, from what ssh says."""
        self._process.kill()
        assert self._process.stderr is not None
        said = self._process.stderr.read(4_000).decode(errors="replace")
        if any(sign in said for sign in _CHANGED_KEY):
            return DistrustedError("the machine's host key has changed: this is another machine")
        last = clean_text(said.strip().splitlines()[-1]) if said.strip() else "the line broke"
        return UnreachableError(last[:300])


def _close_quietly(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return
