"""Saying why a line was refused.

Runs only on lines that the decoder refused, so it may be slow and exact. Pure; knows no file.
"""

import json
import math
from typing import Any

from afs_engine.data.display import clean_text
from afs_engine.data.jsonl_block import (
    CONTROL_CHARACTER,
    DUPLICATE_KEY,
    INCOMPLETE_LAST_LINE,
    INNER_BOM,
    INVALID_UTF8,
    LONE_SURROGATE,
    NAN_OR_INFINITY,
    NESTED_TOO_DEEP,
    NOT_AN_OBJECT,
    NOT_JSON,
    NUL_BYTES,
    NUMBER_OUT_OF_RANGE,
    SEVERAL_VALUES,
)
from afs_engine.data.jsonl_keys import RepeatedKeyError, unique_keys

_BOM = "\ufeff"
_SHOWN_CHARACTERS = 80


class FaultError(ValueError):
    """Why a line is refused: `reason` is one of jsonl_block's constants."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def find_fault(line: bytes, *, is_torn: bool, complaint: str) -> FaultError:
    """Why `line` is refused. `is_torn`: no line end follows it. `complaint`: what the decoder said."""
    if b"\0" in line:
        return FaultError(NUL_BYTES, f"{line.count(0):,} NUL bytes from byte {line.index(0):,} of the line")
    try:
        _parse(_decode(line, is_torn), is_torn)
    except FaultError as fault:
        return fault
    except RepeatedKeyError as error:
        return duplicate_key(str(error))
    except RecursionError:
        return FaultError(NESTED_TOO_DEEP, "deeper than the decoder goes")
    return FaultError(NOT_JSON, clean_text(complaint))


def duplicate_key(key: str) -> FaultError:
    """The fault of a key that stands twice in one object."""
    shown = key if len(key) <= _SHOWN_CHARACTERS else key[:_SHOWN_CHARACTERS] + "..."
    return FaultError(DUPLICATE_KEY, f"'{clean_text(shown)}' occurs twice in one object")


def _decode(line: bytes, is_torn: bool) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        if is_torn and error.reason == "unexpected end of data":
            raise FaultError(INCOMPLETE_LAST_LINE, "it ends inside a character") from None
        detail = f"byte 0x{line[error.start]:02x} at byte {error.start:,} of the line"
        raise FaultError(INVALID_UTF8, detail) from None
    if text.startswith(_BOM):
        raise FaultError(INNER_BOM, "the line begins with U+FEFF")
    return text


def _parse(text: str, is_torn: bool) -> None:
    try:
        value = _STRICT.decode(text)
    except json.JSONDecodeError as error:
        raise _syntax_fault(text, error, is_torn) from None
    if not isinstance(value, dict):
        raise FaultError(NOT_AN_OBJECT, f"the line is {_kind(value)}")
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        shown = f"\\u{ord(error.object[error.start]):04x}"
        raise FaultError(LONE_SURROGATE, f"{shown} without its partner") from None


def _syntax_fault(text: str, error: json.JSONDecodeError, is_torn: bool) -> FaultError:
    place = f"at character {error.pos + 1:,}"
    what = error.msg.removesuffix(" at")
    if error.msg.startswith("Extra data"):
        return _extra_data_fault(text, error.pos, place)
    if error.msg.startswith("Invalid control character"):
        return FaultError(CONTROL_CHARACTER, f"U+{ord(text[error.pos]):04X} {place}")
    if is_torn:
        return FaultError(INCOMPLETE_LAST_LINE, f"{what} {place}")
    return FaultError(NOT_JSON, f"{what} {place}")


def _extra_data_fault(text: str, position: int, place: str) -> FaultError:
    rest = text[position:].lstrip(" \t\r")
    if rest.startswith(","):
        return FaultError(NOT_JSON, f"a comma after the value {place}; is this a piece of a JSON array?")
    if rest.startswith(("{", "[")):
        return FaultError(SEVERAL_VALUES, f"a second value begins {place}")
    return FaultError(NOT_JSON, f"text after the value {place}")


def _refuse_constant(name: str) -> None:
    raise FaultError(NAN_OR_INFINITY, f"{name} is not a JSON number")


def _check_integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Python's own limit on digits, the decoder's too
        raise FaultError(NUMBER_OUT_OF_RANGE, f"an integer of {len(digits.lstrip('-')):,} digits") from None


def _check_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        shown = digits if len(digits) <= _SHOWN_CHARACTERS else f"a number of {len(digits):,} characters"
        raise FaultError(NUMBER_OUT_OF_RANGE, f"{shown} is more than a double holds")
    return number


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "an array"
    if isinstance(value, str):
        return "a text"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else "a number"


_STRICT = json.JSONDecoder(
    object_pairs_hook=unique_keys,
    parse_constant=_refuse_constant,
    parse_int=_check_integer,
    parse_float=_check_float,
)
