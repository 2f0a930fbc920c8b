"""Where an input's bytes come from: a plain file, or a compressed one that is unpacked on the way.

Owns the reading of bytes in bounded portions and the refusal of damaged or explosive archives.
Knows nothing of lines.
"""

import os
import zlib
from abc import ABC, abstractmethod
from typing import Protocol

import zstandard

from afs_engine.data.input_open import OpenedInput

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

_GZIP_FEED_BYTES = 16 << 10
_GZIP_GIVE_BYTES = 1 << 20
# 4 bytes of zstd can unpack to 128 KiB, and the library gives all that a feed unpacks to at once:
# small feeds keep the worst case at 32 MiB. They cost nothing measurable.
_ZSTD_FEED_BYTES = 1 << 10
_ZSTD_MAX_WINDOW_BYTES = 1 << 27  # what the zstd tool takes without --long
_BOMB_BYTES = 128 << 20
_BOMB_RATIO = 500


class DamagedInputError(Exception):
    """The bytes can't be unpacked further: what is wrong, and a hint."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class ByteSource(Protocol):
    """A stream of bytes that ends."""

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, fewer only at the end. Raises DamagedInputError or InputError."""
        ...


class PlainSource:
    """The bytes that the file had when it was opened."""

    def __init__(self, opened: OpenedInput) -> None:
        self._opened = opened
        self.position = 0

    def read(self, size: int) -> bytes:
        """The next bytes; raises InputError when the file has shrunk."""
        size = min(size, self._opened.size - self.position)
        parts: list[bytes] = []
        while size > 0:
            part = os.read(self._opened.descriptor, size)
            if not part:
                raise self._opened.changed_error("truncated")
            parts.append(part)
            size -= len(part)
            self.position += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


class _UnpackedSource(ABC):
    """Any number of archives behind each other, unpacked as one stream."""

    format_name: str
    magics: tuple[bytes, ...]
    feed_bytes: int

    def __init__(self, packed: PlainSource) -> None:
        self._packed = packed
        self._pending = packed.read(self.feed_bytes)  # packed bytes that were read and not yet used
        self._ready = b""  # unpacked bytes that were not yet asked for
        self._unpacked_bytes = 0
        self._damage: DamagedInputError | None = None
        self._start()

    def read(self, size: int) -> bytes:
        if self._damage:
            raise self._damage
        parts: list[bytes] = []
        try:
            while size > 0 and (part := self._ready or self._next_part()):
                parts.append(part[:size])
                self._ready = part[size:]
                size -= len(parts[-1])
        except DamagedInputError as damage:  # what came before it is given first: it has the line to name
            self._damage = damage
        if self._damage and not parts:
            raise self._damage
        return b"".join(parts)

    def _next_part(self) -> bytes:
        """Some unpacked bytes; none at the end of the last archive."""
        while not self._is_at_end() or self._begin_next():
            feed = self._pending or self._packed.read(self.feed_bytes)
            part = self._checked_unpack(feed)
            if part:
                self._guard(len(part))
                return part
            if not feed and not self._is_at_end():
                raise _damage(f"the {self.format_name} data ends too early")
        return b""

    def _checked_unpack(self, feed: bytes) -> bytes:
        try:
            return self._unpack(feed)
        except (zlib.error, zstandard.ZstdError) as error:
            raise _damage(f"the {self.format_name} data is damaged: {error}") from None

    def _begin_next(self) -> bool:
        """Turns to the archive that follows the one that has ended; False where none does."""
        while len(self._pending) < len(self.magics[0]) and (more := self._packed.read(self.feed_bytes)):
            self._pending += more
        if not self._pending:
            return False
        if not self._pending.startswith(self.magics):
            raise _damage(f"something else follows the {self.format_name} data")
        self._start()
        return True

    def _guard(self, part_bytes: int) -> None:
        self._unpacked_bytes += part_bytes
        if self._unpacked_bytes > max(_BOMB_BYTES, _BOMB_RATIO * self._packed.position):
            raise DamagedInputError(
                f"the {self.format_name} data unpacks to more than {_BOMB_RATIO} times its size",
                "if you trust the file, unpack it yourself and pass what comes out",
            )

    @abstractmethod
    def _start(self) -> None: ...

    @abstractmethod
    def _is_at_end(self) -> bool: ...

    @abstractmethod
    def _unpack(self, feed: bytes) -> bytes:
        """Unpacks from `feed`, all of `_pending` or fresh bytes; sets `_pending` to what is left."""


def _damage(what: str) -> DamagedInputError:
    return DamagedInputError(what, "fetch or make the file again")


class GzipSource(_UnpackedSource):
    """RFC 1952: members behind each other; zeros after the last one are padding, as for gzip(1)."""

    format_name = "gzip"
    magics = (GZIP_MAGIC,)
    feed_bytes = _GZIP_FEED_BYTES

    def _start(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)

    def _is_at_end(self) -> bool:
        return self._decoder.eof

    def _unpack(self, feed: bytes) -> bytes:
        part = self._decoder.decompress(feed, _GZIP_GIVE_BYTES)
        self._pending = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
        return part

    def _begin_next(self) -> bool:
        self._pending = self._pending.lstrip(b"\0")
        while not self._pending and (more := self._packed.read(self.feed_bytes)):
            self._pending = more.lstrip(b"\0")
        return super()._begin_next()


class ZstdSource(_UnpackedSource):
    """RFC 8878: frames behind each other, skippable ones among them."""

    format_name = "zstd"
    magics = (ZSTD_MAGIC, *(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60)))
    feed_bytes = _ZSTD_FEED_BYTES

    def __init__(self, packed: PlainSource) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW_BYTES)
        super().__init__(packed)

    def _start(self) -> None:
        self._decoder = self._context.decompressobj()

    def _is_at_end(self) -> bool:
        return self._decoder.eof

    def _unpack(self, feed: bytes) -> bytes:
        part = self._decoder.decompress(feed)
        self._pending = self._decoder.unused_data
        return part
