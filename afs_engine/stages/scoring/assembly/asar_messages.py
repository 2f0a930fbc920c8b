"""What passes between the checker and the process that holds asar: one line of JSON each way.

Owns the messages and their encoding. A worker says hello once it has loaded asar; then every request
is answered by one reply. Knows neither processes nor asar.
"""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from afs_engine.stages.scoring.assembly.asar_errors import AsarError


@dataclass(frozen=True, slots=True)
class AsarHello:
    """The worker is ready; `version` as in "1.91"."""

    version: str


@dataclass(frozen=True, slots=True)
class AsarRequest:
    """A source to assemble."""

    source: str


@dataclass(frozen=True, slots=True)
class AsarReply:
    """asar's errors. A process that timed out or gave no answer has none, and its outcome says so."""

    errors: list[AsarError] = field(default_factory=list)
    outcome: Literal["answered", "timed out", "no answer"] = "answered"


Message = AsarHello | AsarRequest | AsarReply

_encoder = msgspec.json.Encoder()
decode_hello = msgspec.json.Decoder(AsarHello).decode
decode_request = msgspec.json.Decoder(AsarRequest).decode
decode_reply = msgspec.json.Decoder(AsarReply).decode


def encode_message(message: Message) -> bytes:
    """One line of JSON with its line end."""
    return _encoder.encode(message) + b"\n"
