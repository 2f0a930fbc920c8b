"""Rules and exceptions of a person: checked when read, linear when run."""

import time

import pytest
from pydantic import ValidationError

from afs_engine.stages.redaction.redactor import Redactor
from afs_engine.stages.redaction.user_rules import AllowedValue, RedactionRules, SecretRule


def with_rule(regex: str, kind: str = "customer_id") -> Redactor:
    return Redactor(RedactionRules(rules=(SecretRule(name="mine", regex=regex, kind=kind),)))


def test_a_rule_of_ones_own_gives_its_own_placeholder() -> None:
    redacted = with_rule(r"KD-\d{5}").redact_text("für KD-12345 und KD-99999, wieder KD-12345")
    assert redacted.text == "für <CUSTOMER_ID_1> und <CUSTOMER_ID_2>, wieder <CUSTOMER_ID_1>"
    assert {each.kind for each in redacted.findings} == {"customer_id"}


def test_the_group_of_a_rule_is_what_goes() -> None:
    assert with_rule(r"ticket (\d+)").redact_text("ticket 4711").text == "ticket <CUSTOMER_ID_1>"


def test_a_rule_goes_before_the_built_in_ones() -> None:
    assert with_rule(r"\S+@firma\.de", "colleague").redact_text("anna@firma.de").text == "<COLLEAGUE_1>"


def test_an_allowed_value_stays() -> None:
    allow = (AllowedValue(text="team@firma.de"), AllowedValue(regex=r".*@public\.org"))
    redactor = Redactor(RedactionRules(allow=allow))
    text = "team@firma.de, info@public.org, anna@firma.de"
    assert redactor.redact_text(text).text == "team@firma.de, info@public.org, <EMAIL_1>"


@pytest.mark.parametrize("regex", ["(a+", r"(?<=x)y", r"(a)\1"])
def test_a_regex_that_cannot_run_linear_is_refused_in_words(regex: str) -> None:
    with pytest.raises(ValidationError, match="linear time"):
        SecretRule(name="mine", regex=regex)
    with pytest.raises(ValidationError, match="linear time"):
        AllowedValue(regex=regex)


@pytest.mark.parametrize("fields", [{}, {"text": "a", "regex": "b"}])
def test_an_allowed_value_is_one_thing(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either"):
        AllowedValue(**fields)


@pytest.mark.parametrize("kind", ["", "x", "a-b", "A1"])
def test_a_kind_is_a_word(kind: str) -> None:
    with pytest.raises(ValidationError):
        SecretRule(name="mine", regex="x", kind=kind)


def test_a_regex_that_explodes_elsewhere_is_quick() -> None:
    redactor = with_rule("(a+)+$")
    started = time.process_time()
    assert redactor.redact_text("a" * 1_000_000 + "!").findings == ()
    assert time.process_time() - started < 5


_PIECES = ["key=", "password=", 'password:"', "sk-", "eyJabcdefgh.", "curl ", "a@b.", "1.", "\\", "<A_1>"]
_PIECES += ["-----END PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\n", "Cookie: a=b; ", "key is "]
_PIECES += ["/home/", "token for ", "AAAA ", "ghp_aaaaaaa1\n"]


@pytest.mark.parametrize("piece", _PIECES)
def test_built_in_rules_take_time_in_proportion_to_the_text(piece: str) -> None:
    """A quadratic rule would need much longer for these 100 kB."""
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    Redactor().redact_text(text)
    assert time.process_time() - started < 10
