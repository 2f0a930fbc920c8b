"""What is planted goes, what is harmless stays: the thresholds of the product's promise."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from afs_engine.stages.redaction.redactor import Redactor
from tests.stages.redaction.benign_rows import benign_rows
from tests.stages.redaction.planted_secrets import CONTEXTUAL, PERSONAL, PREFIXED, Maker

_PREFIXED_WAYS = [
    "my key is {}, please use it",
    "export SOMETHING={}",
    'curl -H "Authorization: Bearer {}" https://api.host.io/v1',
    r'{{"out": "{{\"k\": \"{}\"}}"}}',
    "https://api.host.io/v1?foo=1&k={}&b=2",
    "  12\u2192VALUE={}",
    "\x1b[32m{}\x1b[0m done",
    r"A=1\n{}\nB=2",
]


def planted(kind: str) -> Iterator[tuple[str, str, str]]:
    """(name of the secret's kind, the secret, the text it stands in), three of each maker and context."""
    rng = Random(20_260_110)
    for name, make, context in 3 * list(_plans(kind)):
        yield _plant(name, make(rng), context)


def _plans(kind: str) -> Iterator[tuple[str, Maker, str]]:
    if kind == "prefixed":
        yield from ((name, make, context) for name, make in PREFIXED.items() for context in _PREFIXED_WAYS)
    elif kind == "contextual":
        yield from ((name, make, way) for name, (make, ways) in CONTEXTUAL.items() for way in ways)
    else:
        for name, (makers, ways) in PERSONAL.items():
            yield from ((name, make, way) for make in makers for way in ways)


def _plant(name: str, secret: str, context: str) -> tuple[str, str, str]:
    return name, secret, context.format(secret)


@pytest.mark.parametrize(("kind", "least"), [("prefixed", 0.99), ("contextual", 0.95), ("personal", 0.97)])
def test_planted_secrets_are_replaced(kind: str, least: float) -> None:
    cases = list(planted(kind))
    missed = [(name, text) for name, secret, text in cases if secret in Redactor().redact_text(text).text]
    assert len(cases) >= 150
    assert 1 - len(missed) / len(cases) >= least, Counter(name for name, _ in missed)


def test_the_corpus_has_thirty_kinds() -> None:
    assert len(PREFIXED) + len(CONTEXTUAL) + len(PERSONAL) >= 30


def test_a_chat_of_all_secrets_is_clean_after_one_pass() -> None:
    cases = [case for kind in ("prefixed", "contextual", "personal") for case in planted(kind)][::5]
    text = "\n\n".join(row for _, _, row in cases)
    redacted = Redactor().redact_text(text)
    assert Redactor().redact_text(redacted.text).findings == ()
    left = [name for name, secret, _ in cases if secret in redacted.text]
    assert len(left) <= len(cases) * 0.01, left


def test_harmless_rows_stay_as_they_are() -> None:
    rows = benign_rows(Random(7), 2000)
    touched = [row for row in rows if Redactor().redact_text(row).findings]
    assert len(touched) <= 10, touched[:20]


def test_the_report_counts_and_tells_nothing() -> None:
    redactor = Redactor()
    cases = list(planted("contextual"))
    for _, _, text in cases:
        redactor.redact_text(text)
    report = redactor.report()
    assert report.findings >= len(cases) * 0.9
    printed = report.model_dump_json()
    assert not [secret for _, secret, _ in cases if secret in printed]
