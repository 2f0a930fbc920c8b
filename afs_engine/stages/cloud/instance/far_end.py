"""The far end of the ssh line. Runs ON the rented machine, on its Python alone; sent anew each time.

Answers requests on stdin: a line of JSON, then `bytes` bytes. Each answer is a line of JSON, then
`bytes` bytes. Every path lies below one folder; programs are started from lists of arguments, never
through a shell. It trusts its caller and nothing else; the caller trusts nothing that it says.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("HOME") or "/root") / ".afs-rental"
ROOT = HOME / "job"
MOST_FILES = 5000
Json = Any  # an object; old Pythons know no dict[str, Any] here
RUNNER = """
import fcntl, json, subprocess, sys
name, argv, env, cwd = json.loads(sys.argv[1])
lock = open(name + ".lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
with open(name + ".log", "ab") as log:
    code = subprocess.call(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, cwd=cwd)
with open(name + ".exit", "w") as file:
    file.write(str(code))
"""


def below(name: str) -> Path:
    """A path below the root; "" is the root itself."""
    path = (ROOT / name).resolve()
    if path != ROOT.resolve() and ROOT.resolve() not in path.parents:
        raise ValueError("outside of the job's folder")
    return path


def hello(request: Json, data: bytes) -> tuple[Json, bytes]:
    """Who we are: proofs that we know the rental's secret, bound to our host keys; the switch's state."""
    ROOT.mkdir(parents=True, exist_ok=True)
    secret = bytes.fromhex((HOME / "secret").read_text())
    proofs = [hmac.new(secret, key.encode(), hashlib.sha256).hexdigest() for key in sorted(host_keys())]
    try:
        state = HOME / "dead_man.json"
        switch = json.loads(state.read_text())
        switch["age"] = time.time() - state.stat().st_mtime
    except (OSError, ValueError):
        switch = None
    return {"proofs": proofs, "dead_man": switch, "root": str(ROOT.resolve())}, b""


def host_keys() -> set[str]:
    """The public host keys of this machine, as "type base64"."""
    found = set()
    for path in Path("/etc/ssh").glob("ssh_host_*_key.pub"):
        found.add(" ".join(path.read_text().split()[:2]))
    server = os.environ.get("SSH_CONNECTION", "").split()
    if len(server) == 4 and shutil.which("ssh-keyscan"):
        command = ["ssh-keyscan", "-T", "5", "-p", server[3], server[2]]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        found |= {" ".join(line.split()[1:3]) for line in said.splitlines() if not line.startswith("#")}
    return found


def renew(request: Json, data: bytes) -> tuple[Json, bytes]:
    (HOME / "lease").write_text(str(time.monotonic()))
    return {}, b""


def put(request: Json, data: bytes) -> tuple[Json, bytes]:
    """A piece of a file, at its place."""
    part = below(request["path"] + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("r+b" if part.exists() else "wb") as file:
        file.seek(request["offset"])
        file.write(data)
        file.truncate()
    return {}, b""


def seal(request: Json, data: bytes) -> tuple[Json, bytes]:
    """The file takes its name if its hash is right."""
    part = below(request["path"] + ".part")
    good = digest(part) == request["sha256"]
    if good:
        part.replace(below(request["path"]))
    else:
        part.unlink()
    return {"good": good}, b""


def size(request: Json, data: bytes) -> tuple[Json, bytes]:
    """Sizes of the file and of its part; -1 where there is none. With the hash of a whole file."""
    whole, part = below(request["path"]), below(request["path"] + ".part")
    return {
        "whole": whole.stat().st_size if whole.is_file() else -1,
        "part": part.stat().st_size if part.is_file() else -1,
        "sha256": digest(whole) if whole.is_file() else "",
    }, b""


def listing(request: Json, data: bytes) -> tuple[Json, bytes]:
    """The plain files below a folder, with their sizes."""
    top, files = below(request["path"]), []
    for path in sorted(top.rglob("*"))[:MOST_FILES] if top.is_dir() else []:
        if path.is_file() and not path.is_symlink():
            files.append([path.relative_to(top).as_posix(), path.stat().st_size])
    return {"files": files}, b""


def get(request: Json, data: bytes) -> tuple[Json, bytes]:
    """A piece of a file; shorter than asked for at its end."""
    with below(request["path"]).open("rb") as file:
        file.seek(request["offset"])
        return {}, file.read(request["length"])


def start(request: Json, data: bytes) -> tuple[Json, bytes]:
    """Starts a program that outlives this line, once."""
    name = str(below(request["name"]))
    if not is_alive(name) and not Path(name + ".exit").exists():
        environment = {**os.environ, **request["environment"]}
        for secret in ("CONTAINER_API_KEY", "SSH_CONNECTION", "SSH_CLIENT"):
            environment.pop(secret, None)
        runner = json.dumps([name, request["arguments"], environment, str(ROOT)])
        subprocess.Popen(
            [sys.executable, "-c", RUNNER, runner],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + 5
        while not is_alive(name) and not Path(name + ".exit").exists() and time.monotonic() < end:
            time.sleep(0.02)
    return state(request, data)


def state(request: Json, data: bytes) -> tuple[Json, bytes]:
    """Whether a program lives, its exit code, and the end of what it printed."""
    name = str(below(request["name"]))
    exit_file, log = Path(name + ".exit"), Path(name + ".log")
    code = int(exit_file.read_text()) if exit_file.is_file() and exit_file.stat().st_size else None
    tail = log.read_bytes()[-2000:].decode(errors="replace") if log.is_file() else ""
    return {"alive": is_alive(name), "code": code, "tail": tail}, b""


def is_alive(name: str) -> bool:
    try:
        with Path(name + ".lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            found.update(piece)
    return found.hexdigest()


def main() -> None:
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    known = (hello, renew, put, seal, size, listing, get, start, state)
    calls = {call.__name__: call for call in known}
    for line in asked:
        request = json.loads(line)
        data = asked.read(request.get("bytes", 0))
        try:
            answer, body = calls[request["call"]](request, data)
        except (OSError, ValueError) as error:
            answer, body = {"error": str(error)}, b""
        answered.write(json.dumps({**answer, "bytes": len(body)}).encode() + b"\n" + body)
        answered.flush()


if __name__ == "__main__":
    main()
