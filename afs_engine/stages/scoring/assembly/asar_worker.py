"""The process that holds asar: `python -m ...asar_worker LIBRARY TIME_LIMIT_SECONDS`.

Reads requests from stdin and answers each on stdout, until stdin ends. Once asar is loaded the
process may open no further file, so no snippet can read the machine's, however it spells `incbin`;
and an alarm ends it when a snippet takes too long, so that none spins on after its parent died.
"""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from afs_engine.errors import AfsError
from afs_engine.stages.scoring.assembly.asar_library import AsarLibrary
from afs_engine.stages.scoring.assembly.asar_messages import (
    AsarHello,
    AsarReply,
    decode_request,
    encode_message,
)

MEMORY_LIMIT_BYTES = 1 << 30
ALARM_MARGIN_SECONDS = 2.0
"""The parent's own time limit comes first; the alarm is for a worker without a parent."""


def answer_requests(asar: AsarLibrary, requests: BinaryIO, replies: BinaryIO, alarm_seconds: float) -> None:
    """One reply for every line of `requests`, until they end."""
    for line in requests:
        signal.setitimer(signal.ITIMER_REAL, alarm_seconds)
        errors = asar.assemble(decode_request(line).source)
        signal.setitimer(signal.ITIMER_REAL, 0)
        replies.write(encode_message(AsarReply(errors)))
        replies.flush()


def confine_process() -> None:
    """No more open files than now, none written, a bound on memory, and an alarm that kills."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    next_file = os.dup(0)
    os.close(next_file)
    limits = (
        (resource.RLIMIT_NOFILE, next_file),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY_LIMIT_BYTES),
    )
    for limit, value in limits:
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            if limit == resource.RLIMIT_NOFILE:
                raise


def main(library: Path, time_limit_seconds: float) -> int:
    """The worker's life; stdout is kept for replies, whatever asar prints goes to stderr."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        asar = AsarLibrary(library)
    except AfsError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    replies.write(encode_message(AsarHello(asar.version)))
    replies.flush()
    confine_process()
    answer_requests(asar, sys.stdin.buffer, replies, time_limit_seconds + ALARM_MARGIN_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2])))
