"""Giving freed memory back to the system between stages.

The C library keeps what a stage has freed for the next one, which would then count what both held.
Owns that one call; knows no stage.
"""

import sys


def give_back_freed_memory() -> None:
    """Returns the allocator's free pages where it can (glibc's malloc_trim); elsewhere does nothing."""
    if sys.platform != "linux":
        return
    import ctypes  # only a run that has done some work comes here

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
