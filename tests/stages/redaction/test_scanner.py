"""What the scanner stands on: gates that miss nothing, a probe that keeps offsets, names that promise."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.redaction.probe import make_probe
from afs_engine.stages.redaction.scanner import GATES
from afs_engine.stages.redaction.secret_names import Trust, judge_name
from tests.stages.redaction.benign_rows import benign_rows
from tests.stages.redaction.planted_secrets import CONTEXTUAL, PERSONAL, PREFIXED


def test_a_gate_opens_to_just_the_finders_that_find_something() -> None:
    rng = Random(1)
    texts = benign_rows(rng, 200) + [make(rng) for make in PREFIXED.values()]
    texts += [way.format(make(rng)) for make, ways in CONTEXTUAL.values() for way in ways]
    texts += [way.format(make(rng)) for makers, ways in PERSONAL.values() for make in makers for way in ways]
    for text in [*texts, "\n".join(texts)]:
        data = text.encode()
        for gate in GATES:
            finding = [finder for finder in gate.finders if list(finder.spans(data))]
            assert set(gate.open_to(data)) == set(finding), text


@given(st.text(max_size=40))
def test_a_probe_is_ascii_and_as_long_as_its_text(text: str) -> None:
    probe = make_probe(text, ())
    assert len(probe.text) == len(probe.data) == len(text)
    assert probe.text.isascii() and probe.data == probe.text.encode()


@pytest.mark.parametrize(
    ("name", "trust"),
    [
        ("DB_PASSWORD", Trust.PASSWORD),
        ("spring.datasource.password", Trust.PASSWORD),
        ("x-api-key", Trust.STRONG),
        ("clientSecret", Trust.STRONG),
        ("OPENAI_API_KEY_PROD", Trust.STRONG),
        ("accesstoken", Trust.STRONG),
        ("WANDB_KEY", Trust.STRONG),
        ("token", Trust.MEDIUM),
        ("INTERNAL_KEY", Trust.MEDIUM),
        ("key", Trust.WEAK),
    ],
)
def test_names_of_secrets(name: str, trust: Trust) -> None:
    promise = judge_name(name)
    assert promise is not None and promise.trust is trust


@pytest.mark.parametrize(
    "name",
    [
        "monkey",
        "max_tokens",
        "eos_token",
        "public_key",
        "cache_key",
        "password_file",
        "key_id",
        "author",
        "SmallKey",
    ],
)
def test_names_that_promise_nothing(name: str) -> None:
    assert judge_name(name) is None
