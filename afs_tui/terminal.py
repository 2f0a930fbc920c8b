"""Signals of a terminal: hang-up and termination end the studio in order, so that the terminal is restored.

Knows the app only as something that can be asked to exit. Jobs are not children of the terminal and
go on.
"""

import asyncio
import signal
from contextlib import suppress
from typing import Any

from textual.app import App


def exit_on_signals(app: App[Any]) -> None:
    """SIGTERM and SIGHUP make the app exit with 128 + the signal's number. Call inside its event loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        with suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(number, _leave, app, 128 + number)


def _leave(app: App[Any], code: int) -> None:
    app.exit(return_code=code)
