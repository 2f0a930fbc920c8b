"""SIGTERM and SIGINT for a worker: the first asks for a checkpoint, the second ends it at once.

A thread of its own waits for the signals, because the main thread can be inside one long step of
native code for minutes. It must not know what the work is.
"""

import signal
import threading
from collections.abc import Callable

_SIGNALS = {signal.SIGTERM, signal.SIGINT}
_GRACE_SECONDS = 9.0  # a stopped worker is gone within 10 seconds


class StopSignals:
    """`die` ends the process; it is called off the main thread."""

    def __init__(self, die: Callable[[], None]) -> None:
        self._die = die
        self._asked = threading.Event()
        self._work_can_stop = False
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # threads started later inherit this
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a closed terminal does not end a job
        threading.Thread(target=self._wait, name="stop-signals", daemon=True).start()

    def should_stop(self) -> bool:
        """Whether a stop was asked for. Work that asks is trusted to stop on its own in time."""
        self._work_can_stop = True
        return self._asked.is_set()

    def _wait(self) -> None:
        signal.sigwait(_SIGNALS)
        self._asked.set()
        if self._work_can_stop:
            signal.sigtimedwait(_SIGNALS, _GRACE_SECONDS)
        self._die()
