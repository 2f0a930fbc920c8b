"""When somebody last pressed a key or clicked: what can wait goes after the paint of that.

Knows nothing of what waits.
"""

import time

_PAINT_SECONDS = 0.1


class LastInput:
    """`note` is called for every key and click."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def note(self) -> None:
        self._at = time.monotonic()

    @property
    def quiet_seconds(self) -> float:
        """Since the last key or click."""
        return time.monotonic() - self._at

    @property
    def is_being_painted(self) -> bool:
        """Whether what the last key or click did may still be on its way to the screen."""
        return self.quiet_seconds < _PAINT_SECONDS
