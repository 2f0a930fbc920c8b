"""A closed terminal does not end the work of this process, it only takes its screen away."""

import errno
import os
import signal

from afs_engine.events import AnyEvent
from afs_engine.runs.journal import Listener


def outlive_terminal(listener: Listener) -> Listener:
    """`listener`, which from now on may lose its terminal: then it is heard no more, and no error."""
    signal.signal(signal.SIGHUP, lambda _signal, _frame: _go_dark())

    def listen(event: AnyEvent) -> None:
        try:
            listener(event)
        except OSError as error:
            if error.errno != errno.EIO:  # what a terminal that is gone answers
                raise
            _go_dark()

    return listen


def _go_dark() -> None:
    """Sends all that is printed nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
