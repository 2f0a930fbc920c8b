"""Finding the texts in a protobuf message whose schema nobody published.

Owns the wire format (protobuf.dev/programming-guides/encoding) and the guess whether the bytes of a
field are text, a message, or base64 of one. Pure; knows nothing of what the texts mean.
"""

import base64
import binascii
import re
from collections.abc import Iterator

_BASE64 = re.compile(rb"[A-Za-z0-9+/\-_]{8,}={0,2}")
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MAX_FIELD_NUMBER = 1 << 16
_MAX_DEPTH = 24


class WireError(ValueError):
    """The bytes are no protobuf message."""


def read_fields(data: bytes) -> list[bytes]:
    """The length-delimited fields of a message, in order; raises WireError unless all of it is one."""
    return [field for _, field in read_numbered_fields(data)]


def read_numbered_fields(data: bytes) -> list[tuple[int, bytes]]:
    """The same with the fields' numbers."""
    fields = []
    position = 0
    while position < len(data):
        tag, position = _read_varint(data, position)
        kind = tag & 7
        if not 0 < tag >> 3 < _MAX_FIELD_NUMBER or kind not in (_VARINT, _FIXED64, _BYTES, _FIXED32):
            raise WireError
        length = {_FIXED64: 8, _FIXED32: 4}.get(kind, 0)
        if kind == _VARINT:
            _, position = _read_varint(data, position)
        elif kind == _BYTES:
            length, position = _read_varint(data, position)
            fields.append((tag >> 3, data[position : position + length]))
        position += length
        if position > len(data):
            raise WireError
    return fields


def find_texts(data: bytes, depth: int = 0) -> Iterator[str]:
    """All texts in a field's bytes, in order: the field itself, or those of the message it holds."""
    text = _as_text(data)
    inner = None if text is not None and not _may_hide_message(data) else _as_message(data)
    if inner is None or depth >= _MAX_DEPTH:
        if text:
            yield text
        return
    for field in inner:
        yield from find_texts(field, depth + 1)


def decode_base64(data: bytes) -> bytes | None:
    """The bytes behind base64 text of either alphabet, or None."""
    if not _BASE64.fullmatch(data):
        return None
    try:
        return base64.b64decode(data.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except binascii.Error:
        return None


def _as_message(data: bytes) -> list[bytes] | None:
    for candidate in (decode_base64(data), data):
        if candidate:
            try:
                return read_fields(candidate)
            except WireError:
                continue
    return None


def _as_text(data: bytes) -> str | None:
    """The bytes as text, or None where they hold control characters that no text has."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable() else None


def _may_hide_message(data: bytes) -> bool:
    """Text that may be a message: base64, or a tag and a length that happen to be printable."""
    return data.startswith(b"\n") or (b"{" in data and data[:1] != b"{") or bool(_BASE64.fullmatch(data))


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(data):
            raise WireError
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise WireError
