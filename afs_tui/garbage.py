"""When the garbage collector looks through everything: while nobody types, never between a key and its paint.

A full look takes tens of milliseconds in a studio with many drawn lines. Small looks go on as ever.
"""

import gc
from typing import TYPE_CHECKING

from afs_tui.last_input import LastInput

if TYPE_CHECKING:
    from textual.app import App

_NEVER = 1_000_000  # middle-aged looks before a full one would begin by itself
_LOOK_SECONDS = 60.0
_QUIET_SECONDS = 2.0


def keep_out_of_the_way() -> None:
    """Leaves full looks to `IdleCollection`; what the imports made is never looked through again."""
    small, middle, _ = gc.get_threshold()
    gc.set_threshold(small, middle, _NEVER)
    gc.freeze()


class IdleCollection:
    """Looks through everything now and then, when the last key or click is some time ago."""

    def __init__(self, app: "App[None]", last_input: LastInput) -> None:
        self._last_input = last_input
        app.set_interval(_LOOK_SECONDS, self._collect)

    def _collect(self) -> None:
        if self._last_input.quiet_seconds > _QUIET_SECONDS:
            gc.collect()
