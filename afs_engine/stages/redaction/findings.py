"""What redaction reports: where a secret stood and of which kind, never the secret itself.

Plain data that crosses the stage's border. Knows neither the rules nor the placeholders' numbers.
"""

from dataclasses import dataclass

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class Finding:
    """One secret in a text: `start` and `end` count characters of the text as it was given."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """One secret in a sample or a JSON value.

    `field` is a path such as `metadata.tool.env[2].value`; for a secret that is itself a key, the
    path of the key followed by `#key`. Keys in the path are shown as they are after redaction.
    """

    field: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class RedactedText:
    """A text with its secrets replaced, and where they were in the original."""

    text: str
    findings: tuple[Finding, ...]


class Candidate(Struct, frozen=True, gc=False):
    """A finding with the placeholder it asks for, e.g. kind `github_token`, placeholder `TOKEN`."""

    start: int
    end: int
    kind: str
    placeholder: str

    @property
    def length(self) -> int:
        """Characters covered."""
        return self.end - self.start

    def shifted(self, offset: int) -> "Candidate":
        """The same finding `offset` characters further on."""
        return Candidate(self.start + offset, self.end + offset, self.kind, self.placeholder)


class RedactionReport(BaseModel):
    """Counts of one run: findings by kind. No value is ever part of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    counts: dict[str, int] = Field(default_factory=dict)

    @property
    def findings(self) -> int:
        """All findings, whatever their kind."""
        return sum(self.counts.values())
