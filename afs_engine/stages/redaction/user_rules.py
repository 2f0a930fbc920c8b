"""What a recipe may add to the built-in rules: rules of one's own, and what is to be left alone.

Regexes are checked when the recipe is read and run in linear time. Knows no built-in rule.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import UserRegex

_KIND = re.compile(r"[A-Za-z][A-Za-z_]{0,38}[A-Za-z]\Z")


def _check_regex(pattern: str) -> str:
    UserRegex(pattern)
    return pattern


class SecretRule(BaseModel):
    """One rule of a person: matches of `regex` (or of its first group) become `<KIND_n>`.

    `regex` is RE2 syntax: no look-around, no back references. `kind` is letters and underscores.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1)
    regex: str = Field(min_length=1)
    kind: str = "secret"

    @field_validator("regex")
    @classmethod
    def _regex_is_linear(cls, value: str) -> str:
        return _check_regex(value)

    @field_validator("kind")
    @classmethod
    def _kind_is_a_word(cls, value: str) -> str:
        if not _KIND.match(value):
            raise ValueError("a kind is 2 to 40 letters and underscores, such as CUSTOMER_ID")
        return value

    @cached_property
    def _compiled(self) -> UserRegex:
        return UserRegex(self.regex)

    def find(self, text: str) -> Iterator[Candidate]:
        """Candidates of this rule in the original text."""
        for start, end in self._compiled.spans(text):
            yield Candidate(start, end, self.kind.lower(), self.kind.upper())


class AllowedValue(BaseModel):
    """A value that is never redacted: exactly `text`, or anything that `regex` matches as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str = ""
    regex: str = ""

    @field_validator("regex")
    @classmethod
    def _regex_is_linear(cls, value: str) -> str:
        return _check_regex(value) if value else value

    @model_validator(mode="after")
    def _says_one_thing(self) -> "AllowedValue":
        if bool(self.text) == bool(self.regex):
            raise ValueError("give either `text` or `regex`")
        return self

    @cached_property
    def _compiled(self) -> UserRegex:
        return UserRegex(self.regex)

    def covers(self, value: str) -> bool:
        """True when `value` is to be left alone."""
        return value == self.text if self.text else self._compiled.covers(value)


class RedactionRules(BaseModel):
    """The recipe's part of redaction; the built-in rules always run."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rules: tuple[SecretRule, ...] = ()
    allow: tuple[AllowedValue, ...] = ()

    def allows(self, value: str) -> bool:
        """True when some entry of the allow list covers `value`."""
        return any(entry.covers(value) for entry in self.allow)
