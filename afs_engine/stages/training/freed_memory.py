"""Freed memory back to the operating system, on a CPU under glibc.

glibc keeps what a forward pass freed, between what the backward pass needs: without this a training
holds both at its peak, and gradient checkpointing saves next to nothing. It must not know of models.
"""

import ctypes
from functools import cache
from typing import Any

KEPT_BYTES = 256 << 20
"""So much stays: to ask the system for it anew each step would cost a small model a fifth of its time."""


def return_freed_memory() -> None:
    """Gives back whole free pages where there are more than `KEPT_BYTES`; does nothing without glibc."""
    library = _glibc()
    if library is not None and library.mallinfo2().fordblks > KEPT_BYTES:
        library.malloc_trim(0)


class _Mallinfo2(ctypes.Structure):
    """glibc's malloc.h: ten counts, of which `fordblks` are the bytes in free chunks."""

    _fields_ = [("_before", ctypes.c_size_t * 8), ("fordblks", ctypes.c_size_t), ("_after", ctypes.c_size_t)]


@cache
def _glibc() -> Any:
    """The C library of this process; None where it is another, or a glibc before 2.33."""
    try:
        library = ctypes.CDLL(None)
        library.mallinfo2.restype = _Mallinfo2
        library.malloc_trim.argtypes = [ctypes.c_size_t]
    except (OSError, TypeError, AttributeError):
        return None
    return library
