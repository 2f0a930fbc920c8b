"""What goes over the pipe between a face and its reading process: one JSON object a line.

Knows no question; `reader` asks and `__main__` answers.
"""

from typing import Any

import msgspec


class Request(msgspec.Struct, frozen=True):
    """`call` is a function of the views; `args` its keyword arguments, JSON values only."""

    number: int
    call: str
    args: dict[str, Any]


class Fault(msgspec.Struct, frozen=True):
    """An AfsError on its way: `kind` is its class's name."""

    kind: str
    what: str
    path: str = ""
    line: int | None = None
    hint: str = ""


class Reply(msgspec.Struct, frozen=True):
    """Either an answer (a dataclass as JSON) or a fault."""

    number: int
    answer: msgspec.Raw = msgspec.Raw(b"null")
    fault: Fault | None = None
