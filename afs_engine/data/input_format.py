"""Telling by its first bytes what a file is, whatever its name says.

Owns the formats that are known by name and the refusal of those that are not JSONL: such a file is
never read in part. Pure: looks at a head, knows no file but the name to show.

What decides. Bytes that mark another format decide at once. Else the first non-blank line: where it
is one JSON object the file is JSONL, and what comes later is judged line by line. Where it is not,
the file is refused only if its beginning has the structure of another format (an array, an object
over several lines, a table, an event stream); else it is JSONL with a bad first line.
"""

import codecs
import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from afs_engine.data.input_bytes import GZIP_MAGIC, ZSTD_MAGIC
from afs_engine.errors import InputError, Where

HEAD_BYTES = 1 << 20  # how much of a stream decides
UTF8_BOM = codecs.BOM_UTF8
PARQUET_MAGIC = b"PAR1"

Packing = Literal["plain", "gzip", "zstd", "parquet"]

_UNPACK = "unpack it first, then pass the JSONL file in it"
_CONVERT = "pass a JSONL or Parquet file"
_BINARY_FORMATS: tuple[tuple[bytes, str, str], ...] = (
    (GZIP_MAGIC, "gzip data inside the compressed file", _UNPACK),
    (ZSTD_MAGIC, "zstd data inside the compressed file", _UNPACK),
    (PARQUET_MAGIC, "Parquet inside a compressed file", "unpack it first, then pass the Parquet file"),
    (b"PK\x03\x04", "a zip archive", _UNPACK),
    (b"BZh", "bzip2 data", "unpack it with bunzip2 first"),
    (b"\xfd7zXZ\x00", "xz data", "unpack it with unxz first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"\x04\x22\x4d\x18", "lz4 data", "unpack it with unlz4 first"),
    (b"SQLite format 3\x00", "an SQLite database", _CONVERT),
    (b"ARROW1", "an Arrow file", _CONVERT),
    (b"\x89PNG", "a PNG image", _CONVERT),
    (b"\xff\xd8\xff", "a JPEG image", _CONVERT),
    (b"%PDF-", "a PDF document", _CONVERT),
    (b"\x7fELF", "a program", _CONVERT),
    (b"version https://git-lfs.", "a Git LFS pointer, not the file itself", "run: git lfs pull"),
)
_ENCODINGS = (  # the longer byte order marks first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_BARE_ENCODINGS = (  # which of the first four bytes are NUL, where a text begins with ASCII
    (b"\1\0\0\0", "UTF-32LE"),
    (b"\0\0\0\1", "UTF-32BE"),
    (b"\1\0\1\0", "UTF-16LE"),
    (b"\0\1\0\1", "UTF-16BE"),
)
_PREFIXES: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (
        re.compile(rb"(?:data|event|id|retry):"),
        "a stream of server-sent events",
        "take the JSON out: sed -n 's/^data: *//p' IN > OUT.jsonl",
    ),
    (re.compile(rb"```"), "a Markdown code block", "remove the fences: sed '/^```/d' IN > OUT.jsonl"),
    (
        re.compile(rb"\)\]\}'|while ?\(1\);|for ?\(;;\);"),
        "JSON behind an anti-hijacking prefix",
        "remove the prefix from the first line",
    ),
    (
        re.compile(rb"(?i:<!doctype|<html|<\?xml)"),
        "HTML or XML",
        "is this an error page? Fetch the file again",
    ),
)
_ARRAY_HINT = "one object a line: jq -c '.[]' IN > OUT.jsonl"
_OBJECT_HINT = "one object a line: jq -c . IN > OUT.jsonl"
_COMMA_HINT = "remove them: sed 's/,[[:space:]]*$//' IN > OUT.jsonl"
_CSV_HINT = (
    'convert it: python3 -c "import csv,json,sys'
    '; [print(json.dumps(r)) for r in csv.DictReader(sys.stdin)]" < IN > OUT.jsonl'
)
_CR_HINT = "change them: tr '\\r' '\\n' < IN > OUT.jsonl"
_COLUMN_MARKS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a stream, without byte order mark; `is_whole` where there is nothing more."""

    data: bytes
    is_whole: bool

    def lines(self) -> list[bytes]:
        """The non-blank lines that are whole, or the beginning of the first where none is."""
        cut = len(self.data) if self.is_whole else self.data.rfind(b"\n")
        text = self.data[:cut] if cut > 0 else self.data
        return [line for line in text.split(b"\n") if line.strip()]


def packing_of(head: bytes) -> Packing:
    """How the file's bytes are packed, by its first bytes."""
    if head.startswith(GZIP_MAGIC):
        return "gzip"
    if head.startswith(ZSTD_MAGIC) or (head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F):
        return "zstd"
    return "parquet" if head.startswith(PARQUET_MAGIC) else "plain"


def refuse_other_format(data: bytes, *, is_whole: bool, path: Path) -> None:
    """Raises InputError, naming the format, unless this is the beginning of JSONL.

    `data` is the beginning of the unpacked stream; `is_whole` where nothing follows it.
    """
    found = _find_encoding(data) or _find_binary(data)
    if not found:
        data = data.removeprefix(UTF8_BOM)
        found = _find_text_format(Head(data[:HEAD_BYTES], is_whole and len(data) <= HEAD_BYTES))
    if found:
        what, hint = found
        raise InputError(f"this is {what}, not JSONL", where=Where(path), hint=hint)


Finding = tuple[str, str] | None  # what the file is, and what to do about it


def _find_encoding(data: bytes) -> Finding:
    for mark, name in _ENCODINGS:
        if data.startswith(mark):
            return _encoding_finding(name)
    pattern = bytes(byte and 1 for byte in data[:4])
    for nuls, codec in _BARE_ENCODINGS:
        if pattern == nuls and _decodes(data[:HEAD_BYTES], codec):
            return _encoding_finding(codec)
    return None


def _encoding_finding(name: str) -> Finding:
    return f"{name} text", f"convert it: iconv -f {name} -t UTF-8 IN > OUT.jsonl"


def _decodes(data: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _find_binary(data: bytes) -> Finding:
    for magic, what, hint in _BINARY_FORMATS:
        if data.startswith(magic):
            return what, hint
    if data[257:262] == b"ustar":
        return "a tar archive", _UNPACK
    return None


def _find_text_format(head: Head) -> Finding:
    lines = head.lines()
    if not lines or isinstance(_value(lines[0]), dict):
        return None
    first = lines[0].lstrip()
    for pattern, what, hint in _PREFIXES:
        if pattern.match(first):
            return what, hint
    if first.startswith(b"["):
        return _find_array(head, lines)
    if first.startswith(b"{"):
        return _find_objects(head, lines)
    return _find_table(lines)


def _find_array(head: Head, lines: list[bytes]) -> Finding:
    if isinstance(_value(lines[0]), list):
        if len(lines) == 1:
            return "a JSON array", _ARRAY_HINT
        arrays = sum(isinstance(_value(line), list) for line in lines)
        return ("a JSON array on each line", _ARRAY_HINT) if 2 * arrays > len(lines) else None
    return ("a JSON array", _ARRAY_HINT) if _spans_lines(head) else None


def _find_objects(head: Head, lines: list[bytes]) -> Finding:
    """The first line begins with `{` and is no object by itself."""
    if sum(isinstance(_value(line), dict) for line in lines) * 2 >= len(lines):
        return None
    listed = sum(isinstance(_value(line.rstrip(b", \t\r")), dict) and b"," in line[-3:] for line in lines)
    if len(lines) > 1 and 2 * listed >= len(lines):
        return "JSON objects separated by commas", _COMMA_HINT
    if lines[0].strip() == b"{" or _spans_lines(head):
        return "pretty-printed JSON", _OBJECT_HINT
    if len(lines) == 1 and b"\r" in lines[0].strip() and isinstance(_value(lines[0].split(b"\r")[0]), dict):
        return "JSON with lone CR (old Mac) line ends", _CR_HINT
    return None


def _spans_lines(head: Head) -> bool:
    """True where the first value goes on past the end of its first line."""
    text = head.data.decode(errors="replace").strip()
    first_end = text.find("\n") if "\n" in text else len(text)
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        # An unterminated string runs to the end of the text: strict JSON lets no line end into one.
        is_at_end = error.pos >= len(text) or error.msg.startswith("Unterminated string")
        is_cut_by_head = is_at_end and not head.is_whole
        if text.startswith("["):
            return is_cut_by_head or error.pos >= first_end
        return is_cut_by_head and first_end < len(text)
    except (RecursionError, ValueError):
        return False
    return end > first_end


def _find_table(lines: list[bytes]) -> Finding:
    """A table: at least two lines, as many columns in each, and no JSON object among them."""
    sample = lines[:50]
    if len(sample) < 2 or any(isinstance(_value(line), dict) for line in sample):
        return None
    texts = [line.decode(errors="replace") for line in sample]
    for mark in _COLUMN_MARKS:
        try:
            widths = {len(record) for record in csv.reader(texts, delimiter=mark) if record}
        except csv.Error:
            continue
        if len(widths) == 1 and widths.pop() > 1:
            return "a CSV table" if mark != "\t" else "a TSV table", _CSV_HINT
    return None


def _value(line: bytes) -> Any:
    """What the line is as JSON; None where it is none."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
