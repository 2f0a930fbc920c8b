"""The redactor's doors: texts, JSON values, samples; placeholders and paths as a caller sees them."""

from random import Random

import pytest

from afs_engine.data.sample import TrainingSample
from afs_engine.stages.redaction.findings import FieldFinding
from afs_engine.stages.redaction.placeholders import Placeholders
from afs_engine.stages.redaction.redactor import Redactor
from tests.stages.redaction.planted_secrets import PREFIXED, chars

_RNG = Random(11)
KEY = PREFIXED["github classic"](_RNG)
OTHER_KEY = PREFIXED["github classic"](_RNG)


def test_a_secret_keeps_its_placeholder_through_a_run() -> None:
    redactor = Redactor()
    assert redactor.redact_text(f"use {OTHER_KEY}").text == "use <TOKEN_1>"
    assert redactor.redact_text(f"{KEY} then {OTHER_KEY}").text == "<TOKEN_2> then <TOKEN_1>"


def test_findings_are_places_in_the_text_as_given() -> None:
    text = f"größe — {KEY} und anna@firma.de"
    findings = Redactor().redact_text(text).findings
    assert [(text[each.start : each.end], each.kind) for each in findings] == [
        (KEY, "github_token"),
        ("anna@firma.de", "email"),
    ]


def test_numbers_of_placeholders_in_the_input_are_not_given_out_again() -> None:
    assert Redactor().redact_text(f"<TOKEN_4> and {KEY}").text == "<TOKEN_4> and <TOKEN_5>"


def test_a_salted_numbering_is_used_from_its_first_secret_on() -> None:
    placeholders = Placeholders(salt=b"s")
    Redactor(placeholders=placeholders).redact_text(KEY)
    assert list(placeholders.state().given.values()) == ["<TOKEN_1>"]


def test_a_secret_is_replaced_where_it_stands_again_without_its_name() -> None:
    secret = chars(_RNG, 16) + "7"
    text = f"export DB_PASSWORD={secret}; echo {secret} > /dev/null"
    assert secret not in Redactor().redact_text(text).text


def test_a_key_tells_what_its_value_is() -> None:
    value = {
        "password": "hunter",
        "env": [{"name": "DB_PASS", "value": "x9!kLm"}],
        "argv": ["login", "--token", "abcdef123456"],
        "phone": 4155550123,
        "tokens": 1234567,
        "note": "hunter",
    }
    redacted, findings = Redactor().redact_value(value)
    assert redacted == {
        "password": "<PASSWORD_1>",
        "env": [{"name": "DB_PASS", "value": "<PASSWORD_2>"}],
        "argv": ["login", "--token", "<TOKEN_1>"],
        "phone": "<PHONE_1>",
        "tokens": 1234567,
        "note": "hunter",
    }
    assert [each.field for each in findings] == ["password", "env[0].value", "argv[2]", "phone"]
    assert value["password"] == "hunter"


def test_a_secret_that_is_a_key_is_replaced_and_shown_in_no_path() -> None:
    redacted, findings = Redactor().redact_value({"seen": {"anna@firma.de": {"by": KEY}}})
    assert redacted == {"seen": {"<EMAIL_1>": {"by": "<TOKEN_1>"}}}
    assert findings == [
        FieldFinding("seen.<EMAIL_1>#key", 0, 13, "email"),
        FieldFinding("seen.<EMAIL_1>.by", 0, len(KEY), "github_token"),
    ]


def test_a_key_that_only_repeats_a_secret_is_replaced() -> None:
    row = {"note": "password: x9!kLm2Qw8z", "seen": {"x9!kLm2Qw8z": 2}}
    redacted, findings = Redactor().redact_value(row)
    assert redacted == {"note": "password: <PASSWORD_1>", "seen": {"<PASSWORD_1>": 2}}
    assert [each.field for each in findings] == ["note", "seen.<PASSWORD_1>#key"]


def test_a_placeholder_that_is_a_key_keeps_its_number() -> None:
    redacted, _ = Redactor().redact_value({"<EMAIL_1>": "anna@firma.de"})
    assert redacted == {"<EMAIL_1>": "<EMAIL_2>"}


def test_a_key_that_is_a_user_name_of_another_row_is_replaced() -> None:
    redactor = Redactor()
    rows = [{"kleeman": 3}, {"cwd": "/home/kleeman/src"}, {"seen": "nobody"}]
    redacted = redactor.redact_values(rows)
    assert {at: clean for at, (clean, _) in redacted.items()} == {
        0: {"<USER_1>": 3},
        1: {"cwd": "/home/<USER_1>/src"},
    }
    assert redactor.report().counts == {"user_name": 2}


def test_all_fields_of_a_sample_are_redacted() -> None:
    sample = TrainingSample(
        instruction=f"what is {KEY}?",
        input="mail anna@firma.de",
        output=f"{KEY} is a token",
        thinking="the user is in /home/kleeman/src",
        source="/home/kleeman/.claude/projects/-home-kleeman-src/a.jsonl",
        group="-home-kleeman-src/a",
        kg_entities=["anna@firma.de"],
        provenance={"path": "/home/kleeman/x", "lines": [1, 2]},
        metadata={"tool_calls": [{"input": {"api_key": "0123456789abcdef0123"}}]},
    )
    redacted, findings = Redactor().redact_sample(sample)
    assert redacted.instruction == "what is <TOKEN_1>?"
    assert redacted.output == "<TOKEN_1> is a token"
    assert redacted.kg_entities == ["<EMAIL_1>"]
    assert "kleeman" not in redacted.to_json() and "anna@" not in redacted.to_json()
    assert {each.field for each in findings} >= {
        "instruction",
        "source",
        "group",
        "kg_entities[0]",
        "provenance.path",
    }


def test_the_content_id_follows_the_content_and_a_given_id_stays() -> None:
    own = TrainingSample(instruction=f"say {KEY}", output="no")
    given = TrainingSample(instruction=f"say {KEY}", output="no", sample_id="row-7")
    redacted = Redactor().redact_sample(own)[0]
    assert redacted.sample_id == TrainingSample(instruction="say <TOKEN_1>", output="no").sample_id
    assert Redactor().redact_sample(given)[0].sample_id == "row-7"


def test_a_sample_without_findings_is_the_same_object() -> None:
    sample = TrainingSample(instruction="LDA $7E0010", output="loads the module")
    assert Redactor().redact_sample(sample) == (sample, [])
    assert Redactor().redact_sample(sample)[0] is sample


@pytest.mark.parametrize("value", ["", None, True, 3.5, [], {}, {"a": None}, 7, "\ud800"])
def test_values_without_text_pass_through(value: object) -> None:
    assert Redactor().redact_value(value) == (value, [])


def test_user_names_of_a_first_pass_are_known_in_the_second() -> None:
    redactor = Redactor()
    redactor.learn_user_names("/home/kleeman/x")
    assert redactor.redact_text("ssh kleeman@box").text == "ssh <USER_1>@box"
