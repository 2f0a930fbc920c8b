"""Converting canonical lines to a trainer's format, each line read back before it counts.

Owns the list of formats. Works on blocks of lines; opens no file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from afs_engine.errors import AfsError, UsageError, nearest_hint
from afs_engine.stages.formats import alpaca, chatml, openai, prompt_completion, sharegpt
from afs_engine.stages.formats.exchange import Exchange, as_literal, read_exchange


@dataclass(frozen=True)
class Format:
    """How a format writes a row (None: it can't hold this one), and reads and judges what it wrote."""

    name: str
    encode: Callable[[Exchange, bytes], bytes | None]
    decoder: msgspec.json.Decoder[Any]
    accepts: Callable[[Any], bool]
    keeps_history: bool


FORMATS = {
    name: Format(name, shape.encode, shape.DECODER, shape.accepts, shape.KEEPS_HISTORY)
    for name, shape in (
        ("alpaca", alpaca),
        ("sharegpt", sharegpt),
        ("openai", openai),
        ("chatml", chatml),
        ("prompt-completion", prompt_completion),
        ("mlx", openai),
    )
}
CONTROL_TOKEN = "holds a chat control token"


def find_format(name: str) -> Format:
    """The format called `name`; UsageError with the nearest otherwise."""
    if name not in FORMATS:
        raise UsageError(f"there is no format '{name}'", hint=nearest_hint(name, list(FORMATS)))
    return FORMATS[name]


@dataclass(slots=True)
class Converter:
    """Converts lines and counts what did not fit: `dropped` by reason, `history_left_out` rows."""

    format: Format
    system_prompt: str = ""
    dropped: dict[str, int] = field(default_factory=dict)
    history_left_out: int = 0

    def convert(self, lines: Iterable[bytes]) -> list[bytes]:
        """The converted lines, in order, without line ends."""
        written = self._encode(lines)
        self._read_back(written, _joined(written))
        return written

    def convert_block(self, lines: Iterable[bytes]) -> bytes:
        """The converted lines in one piece, each ended by LF."""
        written = self._encode(lines)
        data = _joined(written)
        self._read_back(written, data)
        return data

    def _encode(self, lines: Iterable[bytes]) -> list[bytes]:
        system = as_literal(self.system_prompt) if self.system_prompt else b""
        encode, keeps_history = self.format.encode, self.format.keeps_history
        converted = []
        for line in lines:
            row = read_exchange(line)
            if row.history is None or (row.history and not keeps_history):
                self.history_left_out += 1
            written = encode(row, system)
            if written is None:
                self.dropped[CONTROL_TOKEN] = self.dropped.get(CONTROL_TOKEN, 0) + 1
            else:
                converted.append(written)
        return converted

    def _read_back(self, written: list[bytes], data: bytes) -> None:
        """Raises AfsError, naming a line, unless `data`, the joined lines, holds as many good rows."""
        try:
            rows = self.format.decoder.decode_lines(data)
        except msgspec.MsgspecError:
            rows = []
        if len(rows) == len(written) and all(map(self.format.accepts, rows)):
            return
        line = next((each for each in written if not _is_good(self.format, each)), b"")
        raise AfsError(
            f"a row does not read back as {self.format.name}: {line[:120]!r}",
            hint="this is a defect of AFS, please report it with the row",
        )


def _joined(lines: list[bytes]) -> bytes:
    return b"\n".join((*lines, b""))


def _is_good(format_: Format, line: bytes) -> bool:
    try:
        return format_.accepts(format_.decoder.decode(line))
    except msgspec.MsgspecError:
        return False
