"""Finding and loading the compiled core, where the installation made one (`hatch_build.py`).

Owns the check that the library was made from the source beside it: one left over from another version
is as good as none. Knows none of its functions.
"""

import ctypes
import hashlib
from pathlib import Path

LIBRARY = Path(__file__).with_name("libafs_core.so")
SOURCE = Path(__file__).with_name("core.c")


def load_library() -> ctypes.CDLL | None:
    """The library, or None where there is none that was made from this source."""
    try:
        library = ctypes.CDLL(str(LIBRARY))
        library.afs_core_source.restype = ctypes.c_char_p
        digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()
        return library if library.afs_core_source() == digest.encode() else None
    except (OSError, AttributeError):
        return None
