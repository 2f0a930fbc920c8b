"""Converting canonical lines to a trainer's format, each line read back before it counts.

Owns the list of formats. Works on blocks of lines; opens no file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from afs_engine.errors import AfsError, UsageError, nearest_hint
from afs_engine.stages.formats import alpaca, chatml, openai, prompt_completion, sharegpt
from afs_engine.stages.formats.exchange import Exchange, as_literal, read_exchange


@dataclass(frozen=True)
class Format:
    """How a format writes a row (None: it can't hold this one) and checks what it wrote."""

    name: str
    encode: Callable[[Exchange, bytes], bytes | None]
    check: Callable[[bytes], bool]
    keeps_history: bool


FORMATS = {
    "alpaca": Format("alpaca", alpaca.encode, alpaca.check, alpaca.KEEPS_HISTORY),
    "sharegpt": Format("sharegpt", sharegpt.encode, sharegpt.check, sharegpt.KEEPS_HISTORY),
    "openai": Format("openai", openai.encode, openai.check, openai.KEEPS_HISTORY),
    "chatml": Format("chatml", chatml.encode, chatml.check, chatml.KEEPS_HISTORY),
    "prompt-completion": Format(
        "prompt-completion",
        prompt_completion.encode,
        prompt_completion.check,
        prompt_completion.KEEPS_HISTORY,
    ),
    "mlx": Format("mlx", openai.encode, openai.check, openai.KEEPS_HISTORY),
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
        system = as_literal(self.system_prompt) if self.system_prompt else b""
        encode, check = self.format.encode, self.format.check
        converted = []
        for line in lines:
            row = read_exchange(line)
            if row.history is None or (row.history and not self.format.keeps_history):
                self.history_left_out += 1
            written = encode(row, system)
            if written is None:
                self.dropped[CONTROL_TOKEN] = self.dropped.get(CONTROL_TOKEN, 0) + 1
            elif _reads_back(check, written):
                converted.append(written)
            else:
                raise AfsError(
                    f"a row does not read back as {self.format.name}: {line[:120]!r}",
                    hint="this is a defect of AFS, please report it with the row",
                )
        return converted


def _reads_back(check: Callable[[bytes], bool], line: bytes) -> bool:
    try:
        return check(line)
    except msgspec.MsgspecError:
        return False
