"""Finding and loading the compiled core, where the installation made one (`hatch_build.py`).

Owns the check that the library was made from the sources beside it: one left over from another version
is as good as none. Knows none of its functions.
"""

import ctypes
import hashlib
from pathlib import Path

LIBRARY = Path(__file__).with_name("libafs_core.so")
SOURCES = sorted(Path(__file__).parent.glob("core*.c"))


def load_library() -> ctypes.CDLL | None:
    """The library, or None where there is none that was made from these sources."""
    try:
        library = ctypes.CDLL(str(LIBRARY))
        library.afs_core_source.restype = ctypes.c_char_p
        digest = hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()
        return library if library.afs_core_source() == digest.encode() else None
    except (OSError, AttributeError):
        return None
