"""Converting canonical lines to a trainer's format, each line read back before it counts.

Owns the list of formats. Works on blocks of lines; opens no file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from afs_engine.data.compiled import JoinedLines, Pieces, Spans, find_core
from afs_engine.errors import AfsError, UsageError, nearest_hint
from afs_engine.stages.formats import alpaca, chatml, openai, prompt_completion, sharegpt
from afs_engine.stages.formats.exchange import Exchange, as_literal, is_bare, read_exchange, read_exchanges


@dataclass(frozen=True)
class Format:
    """How a format writes a row (None: it can't hold this one), and reads and judges what it wrote.

    `is_frame`: a question without history and its answer stand in every line between the same bytes.
    """

    name: str
    encode: Callable[[Exchange, bytes], bytes | None]
    decoder: msgspec.json.Decoder[Any]
    accepts: Callable[[Any], bool]
    keeps_history: bool
    is_frame: bool


FORMATS = {
    name: Format(name, shape.encode, shape.DECODER, shape.accepts, shape.KEEPS_HISTORY, shape.IS_FRAME)
    for name, shape in (
        ("alpaca", alpaca),
        ("sharegpt", sharegpt),
        ("openai", openai),
        ("chatml", chatml),
        ("prompt-completion", prompt_completion),
        ("mlx", openai),
    )
}
_QUESTION, _ANSWER = msgspec.Raw(b'"\0q"'), msgspec.Raw(b'"\0a"')  # no JSON holds a NUL
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
        written = self._encode(map(read_exchange, lines))
        self._read_back(len(written), _joined(written))
        return written

    def convert_block(self, lines: bytes | JoinedLines) -> bytes | memoryview:
        """Lines that are each ended by LF, converted, in the same form."""
        core = find_core()
        if core and isinstance(lines, JoinedLines) and self.format.is_frame:
            texts = core.find_exchanges(lines)
            if texts is not None:
                framed = core.join(self._framed_pieces(lines, texts), len(texts)).data
                self._read_back(len(texts), framed)
                return framed
        return self._convert_read(read_exchanges(lines if isinstance(lines, bytes) else bytes(lines.data)))

    def _convert_read(self, rows: list[Exchange]) -> bytes:
        if self.format.is_frame and all(map(is_bare, rows)):
            count, written = len(rows), self._fill_frames(rows)
        else:
            encoded = self._encode(rows)
            count, written = len(encoded), _joined(encoded)
        self._read_back(count, written)
        return written

    def _encode(self, rows: Iterable[Exchange]) -> list[bytes]:
        encode, keeps_history, system = self.format.encode, self.format.keeps_history, self._system
        converted = []
        for row in rows:
            if row.history is None or (row.history and not keeps_history):
                self.history_left_out += 1
            written = encode(row, system)
            if written is None:
                self.dropped[CONTROL_TOKEN] = self.dropped.get(CONTROL_TOKEN, 0) + 1
            else:
                converted.append(written)
        return converted

    def _fill_frames(self, rows: list[Exchange]) -> bytes:
        """The lines of bare rows: the question and the answer put into the format's frame."""
        head, between, tail = self._frame()
        pieces: list[Any] = [between] * (4 * len(rows))
        pieces[0::4] = [head, *[tail + b"\n" + head] * (len(rows) - 1)]
        pieces[1::4] = [row.instruction for row in rows]
        pieces[3::4] = [row.output for row in rows]
        return b"".join((*pieces, tail + b"\n"))

    def _framed_pieces(self, lines: JoinedLines, texts: Spans) -> list[Pieces]:
        """What `_fill_frames` joins, as `Core.join` takes it."""
        head, between, tail = map(Pieces.constant, self._frame())
        question, answer = (
            Pieces(lines.data, spans[:, 0], spans[:, 1] - spans[:, 0]) for spans in texts.swapaxes(0, 1)
        )
        return [head, question, between, answer, tail, Pieces.constant(b"\n")]

    def _frame(self) -> tuple[bytes, bytes, bytes]:
        """The bytes before a question, between it and its answer, and behind that."""
        sample = self.format.encode(Exchange(_QUESTION, _ANSWER), self._system) or b""
        head, _, rest = sample.partition(bytes(_QUESTION))
        between, _, tail = rest.partition(bytes(_ANSWER))
        return head, between, tail

    @property
    def _system(self) -> bytes:
        return as_literal(self.system_prompt) if self.system_prompt else b""

    def _read_back(self, count: int, data: bytes | memoryview) -> None:
        """Raises AfsError, naming a line, unless `data` holds as many good rows."""
        try:
            rows = self.format.decoder.decode_lines(data)
        except msgspec.MsgspecError:
            rows = []
        if len(rows) == count and all(map(self.format.accepts, rows)):
            return
        line = next((each for each in bytes(data).splitlines() if not _is_good(self.format, each)), b"")
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
