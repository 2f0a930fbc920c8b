"""asar's shared library, called in this process: a source in memory goes in, errors come out.

Owns the library's C interface (API 3.3, `asar.h` of asar 1.9). The library keeps one global state,
can loop for ever on hostile input and can open files, so only `asar_worker.py` loads it. Nothing is
written to disk: the source is a memory file, and the ROM a buffer of 32 KiB that is thrown away.
"""

import ctypes
from pathlib import Path

from afs_engine.errors import MissingPartError
from afs_engine.stages.scoring.assembly.asar_errors import AsarError

ROM_BYTES = 32 * 1024
"""The smallest bank asar maps; a bigger buffer costs time with every snippet."""

_OLDEST_API = 303
_SOURCE_NAME = b"/snippet.asm"


class _ErrorData(ctypes.Structure):
    _fields_ = (
        ("full_text", ctypes.c_char_p),
        ("raw_text", ctypes.c_char_p),
        ("block", ctypes.c_char_p),
        ("file_name", ctypes.c_char_p),
        ("line", ctypes.c_int),
        ("caller_file_name", ctypes.c_char_p),
        ("caller_line", ctypes.c_int),
        ("error_id", ctypes.c_int),
    )


class _MemoryFile(ctypes.Structure):
    _fields_ = (("path", ctypes.c_char_p), ("buffer", ctypes.c_char_p), ("length", ctypes.c_size_t))


class _PatchParameters(ctypes.Structure):
    _fields_ = (
        ("struct_size", ctypes.c_int),
        ("patch_path", ctypes.c_char_p),
        ("rom_data", ctypes.c_void_p),
        ("buffer_length", ctypes.c_int),
        ("rom_length", ctypes.POINTER(ctypes.c_int)),
        ("include_paths", ctypes.c_void_p),
        ("include_path_count", ctypes.c_int),
        ("should_reset", ctypes.c_bool),
        ("defines", ctypes.c_void_p),
        ("define_count", ctypes.c_int),
        ("standard_includes_path", ctypes.c_char_p),
        ("standard_defines_path", ctypes.c_char_p),
        ("warning_settings", ctypes.c_void_p),
        ("warning_setting_count", ctypes.c_int),
        ("memory_files", ctypes.POINTER(_MemoryFile)),
        ("memory_file_count", ctypes.c_int),
        ("override_checksum", ctypes.c_bool),
        ("generate_checksum", ctypes.c_bool),
    )


class AsarLibrary:
    """One loaded library. Raises MissingPartError for a file that is no asar, or one too old."""

    def __init__(self, path: Path) -> None:
        try:
            self._asar = ctypes.CDLL(str(path))
            self.version = self._start()
        except (OSError, AttributeError) as error:
            raise MissingPartError(f"not an asar library: {error}", where=path) from error
        self._rom = ctypes.create_string_buffer(ROM_BYTES)

    def _start(self) -> str:
        """asar refuses to start unless it was asked for its API version before."""
        self._asar.asar_init.restype = ctypes.c_bool
        self._asar.asar_patch_ex.restype = ctypes.c_bool
        self._asar.asar_geterrors.restype = ctypes.POINTER(_ErrorData)
        api_version = self._asar.asar_apiversion()
        if api_version < _OLDEST_API or api_version // 100 != _OLDEST_API // 100:
            raise OSError(f"its API version is {api_version}, needed is {_OLDEST_API} or later")
        if not self._asar.asar_init():
            raise OSError("it did not start")
        return _format_version(self._asar.asar_version())

    def assemble(self, source: str) -> list[AsarError]:
        """The errors of assembling `source`; empty where it assembles."""
        text = source.encode()
        ctypes.memset(self._rom, 0, ROM_BYTES)
        rom_length = ctypes.c_int(ROM_BYTES)
        memory_file = _MemoryFile(_SOURCE_NAME, text, len(text))
        parameters = _PatchParameters(
            struct_size=ctypes.sizeof(_PatchParameters),
            patch_path=_SOURCE_NAME,
            rom_data=ctypes.addressof(self._rom),
            buffer_length=ROM_BYTES,
            rom_length=ctypes.pointer(rom_length),
            should_reset=True,
            memory_files=ctypes.pointer(memory_file),
            memory_file_count=1,
            override_checksum=True,
        )
        if self._asar.asar_patch_ex(ctypes.byref(parameters)):
            return []
        return self._read_errors()

    def _read_errors(self) -> list[AsarError]:
        count = ctypes.c_int()
        errors = self._asar.asar_geterrors(ctypes.byref(count))
        return [
            AsarError(
                errors[at].line, errors[at].error_id, (errors[at].raw_text or b"").decode(errors="replace")
            )
            for at in range(count.value)
        ]


def _format_version(number: int) -> str:
    """10901 is asar 1.91."""
    return f"{number // 10000}.{number // 100 % 100}{number % 100}"
