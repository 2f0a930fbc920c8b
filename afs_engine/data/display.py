"""Showing text that came from outside: file names, rows, logs.

Makes control sequences, text-direction overrides and broken bytes visible instead of letting them
act on a terminal. Knows nothing of terminals' colours or markup.
"""

import os
import re
from pathlib import Path

# C0 but tab and newline, DEL and C1; direction marks and overrides; line separators; tag characters;
# lone surrogates. Joiners (U+200C, U+200D) stay: Persian and many emoji need them.
_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def clean_text(text: str) -> str:
    """`text` with everything that could act on a terminal written as an escape; newline and tab stay.

    An escape sequence is shown, not removed: `\\x1b[31m`. The result always encodes to UTF-8.
    """
    return _HOSTILE.sub(lambda match: _escape(match.group()), text)


def show_path(path: Path | str) -> str:
    """A file name as one line of safe text; bytes that are not UTF-8 are shown as `\\xe9`."""
    text = clean_text(os.fspath(path))
    return text.replace("\n", "\\n").replace("\t", "\\t")


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte of a name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
