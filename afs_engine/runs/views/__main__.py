"""The reading process of a face: answers questions from stdin until stdin ends.

Owns which question is answered where, and that a question never ends the process. Slow ones run
beside quick ones, each in a thread. Started by `reader`; nothing else is printed to its stdout.
"""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, BinaryIO

import msgspec

from afs_engine.errors import AfsError
from afs_engine.runs.views.wire import Fault, Reply, Request

_HOMES = {
    "find_sources": "afs_engine.runs.views.read_sources",
    "read_source_inside": "afs_engine.runs.views.read_sources",
    "read_sources": "afs_engine.runs.views.read_sources",
    "read_split": "afs_engine.runs.views.read_split",
    "read_trained_rows": "afs_engine.runs.views.read_split",
    "compare_versions": "afs_engine.runs.views.read_experiments",
    "prepare_demo": "afs_engine.runs.demo_workspace",
    "promote_version": "afs_engine.runs.views.read_experiments",
    "read_experiments": "afs_engine.runs.views.read_experiments",
    "read_lineage": "afs_engine.runs.views.read_experiments",
    "roll_back_version": "afs_engine.runs.views.read_experiments",
    "count_samples": "afs_engine.runs.views.read_samples",
    "read_balance": "afs_engine.runs.views.read_balance",
    "read_pipeline": "afs_engine.runs.views.read_pipeline",
    "read_sample": "afs_engine.runs.views.read_samples",
    "read_samples": "afs_engine.runs.views.read_samples",
    "read_score_file": "afs_engine.runs.views.read_scores",
    "read_scores": "afs_engine.runs.views.read_scores",
    "read_training": "afs_engine.runs.views.read_training",
}
_THREADS = 4


def main() -> None:
    """Answers until the asking side closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints must not reach the face
    lock = threading.Lock()
    with ThreadPoolExecutor(_THREADS) as pool:
        for line in sys.stdin.buffer:
            pool.submit(_reply, msgspec.json.decode(line, type=Request), replies, lock)


def _reply(request: Request, replies: BinaryIO, lock: threading.Lock) -> None:
    reply = _answer(request)
    try:
        with lock:
            replies.write(msgspec.json.encode(reply) + b"\n")
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more


def _answer(request: Request) -> Reply:
    try:
        call: Any = getattr(import_module(_HOMES[request.call]), request.call)
        return Reply(request.number, msgspec.Raw(msgspec.json.encode(call(**request.args))))
    except AfsError as error:
        return Reply(request.number, fault=_fault(error))
    except Exception as error:  # noqa: BLE001 - a defect is shown in the face; the other questions live on
        what = f"{type(error).__name__}: {error}"
        return Reply(request.number, fault=Fault("WorkerError", what, hint="this is a defect of AFS"))


def _fault(error: AfsError) -> Fault:
    path = str(error.where.path) if error.where else ""
    line = error.where.line if error.where else None
    return Fault(type(error).__name__, error.what, path, line, error.hint)


if __name__ == "__main__":
    main()
