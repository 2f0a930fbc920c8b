"""The training sample: one question, one answer, and where they come from.

Owns the field names (DESIGN.md calls them the sample's fields), the content id and the JSON form.
Knows nothing of files, scores' meaning or formats.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import msgspec
import xxhash

_ENCODE = msgspec.json.Encoder().encode


def encode_row(row: dict[str, Any]) -> bytes:
    """One line of JSON, without the line end. Integers beyond 64 bits stay exact."""
    return encode_value(row)


def encode_value(value: Any) -> bytes:
    """JSON without white space. Integers beyond 64 bits stay exact."""
    try:
        return _ENCODE(value)
    except OverflowError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def content_digest(instruction: str, input_text: str, output: str, thinking: str = "") -> bytes:
    """16 bytes over a sample's content; domain, source and scores take no part.

    Lengths come first, so that no text can move from one field to the next unseen.
    """
    lengths = f"{len(instruction)},{len(input_text)},{len(output)};"
    text = f"{lengths}{instruction}{input_text}{output}{thinking}"  # one copy, where `+` makes four
    return xxhash.xxh3_128_digest(text.encode("utf-8", "surrogatepass"))


def content_digests(
    instructions: Sequence[str], outputs: Sequence[str], inputs: Sequence[str], thinkings: Sequence[str]
) -> bytes:
    """`content_digest` of many samples, joined; empty `inputs` or `thinkings` are empty in each."""
    digest = xxhash.xxh3_128_digest
    if not inputs and not thinkings:
        return b"".join(
            [
                digest(
                    f"{len(question)},0,{len(answer)};{question}".encode("utf-8", "surrogatepass")
                    + answer.encode("utf-8", "surrogatepass")
                )
                for question, answer in zip(instructions, outputs, strict=True)
            ]
        )
    blank = [""] * len(outputs)
    columns = (instructions, inputs or blank, outputs, thinkings or blank)
    return b"".join(map(content_digest, *columns))


@dataclass(slots=True, kw_only=True)
class TrainingSample:
    """One row. `quality_score` None means "not measured", which is not 0.

    `group` is what must stay on one side of the split (a conversation, a file, a routine); empty
    means the row is its own group. `metadata` keeps unknown keys of the input and gives them back.
    """

    instruction: str
    output: str
    input: str = ""
    thinking: str = ""
    domain: str = "general"
    source: str = ""
    sample_id: str = ""
    group: str = ""
    quality_score: float | None = None
    quality_components: dict[str, float | None] = field(default_factory=dict)
    kg_entities: list[str] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.sample_id:
            self.sample_id = content_digest(self.instruction, self.input, self.output, self.thinking).hex()

    def to_dict(self) -> dict[str, Any]:
        """Plain fields in a fixed order; empty optional ones are left out, metadata keys follow."""
        row = {
            name: value
            for name in FIELD_NAMES
            if (value := getattr(self, name)) not in _EMPTY or name in _ALWAYS
        }
        return row | {key: value for key, value in self.metadata.items() if key not in row}

    def to_json(self) -> str:
        """One line of JSON, without the line end."""
        return encode_row(self.to_dict()).decode()

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> "TrainingSample":
        """The inverse of `to_dict`; keys that are no field go to `metadata`.

        So does a key of our name with a value of another kind, such as a text as `provenance`.
        """
        known: dict[str, Any] = {
            name: value
            for name in FIELD_NAMES
            if (value := row.get(name)) is not None and isinstance(value, _CONTAINERS.get(name, object))
        }
        rest = {k: v for k, v in row.items() if k not in FIELD_NAMES or (k not in known and v is not None)}
        return cls(**known, metadata=rest)

    def with_domain(self, domain: str) -> "TrainingSample":
        """A copy in another domain; the content id stays."""
        return replace(self, domain=domain)


FIELD_NAMES = tuple(f.name for f in fields(TrainingSample) if f.name != "metadata")
_ALWAYS = frozenset({"instruction", "output", "domain", "source", "sample_id"})
_EMPTY: tuple[object, ...] = (None, "", [], {})  # a score of 0.0 is not empty
_CONTAINERS: dict[str, type] = {"quality_components": dict, "kg_entities": list, "provenance": dict}
