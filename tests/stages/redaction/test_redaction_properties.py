"""What holds for any text: clean after one pass, exact places, the rest untouched, the same every time."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.redaction.probe import PLACEHOLDER
from afs_engine.stages.redaction.redactor import Redactor
from tests.stages.redaction.planted_secrets import CONTEXTUAL, PERSONAL, PREFIXED

_RNG = Random(3)
_VALUES = [make(_RNG) for make in PREFIXED.values()]
_VALUES += [make(_RNG) for make, _ in CONTEXTUAL.values()]
_VALUES += [make(_RNG) for makers, _ in PERSONAL.values() for make in makers]
_PIECES = [
    *(
        "password",
        "api_key",
        "token",
        " is ",
        "=",
        ": ",
        " ",
        '"',
        "'",
        r"\"",
        r"\n",
        "\n",
        "<",
        ">",
        "@",
        "://",
    ),
    *("<API_KEY_1>", "<PASSWORD_2>", "/", "/home/", "/Users/", "bob", "bob@host:", "C:\\Users\\", "curl -u "),
    *(
        "mysql -p",
        "Bearer ",
        "Authorization: ",
        "Cookie: ",
        "sid=",
        "; ",
        ",",
        "&",
        "?",
        "%40",
        "%3D",
        ".com",
    ),
    *(
        "+1 ",
        "-",
        ".",
        "(",
        ")",
        "ssn ",
        "phone ",
        "export ",
        "value: ",
        "wandb login ",
        "sk-",
        "eyJ",
        "{",
        "}",
    ),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "\x1b[0m",
        "é",
        "“",
        "\u2028",
        "\ud800",
        "\x00",
    ),
]
TEXTS = st.lists(st.sampled_from(_PIECES) | st.sampled_from(_VALUES) | st.text(max_size=6), max_size=14).map(
    "".join
)


@settings(max_examples=200)
@given(TEXTS)
def test_a_redacted_text_holds_nothing_more(text: str) -> None:
    redactor = Redactor()
    once = redactor.redact_text(text)
    assert Redactor().redact_text(once.text).findings == ()
    assert redactor.redact_text(once.text).text == once.text


@settings(max_examples=200)
@given(TEXTS)
def test_only_what_was_found_is_replaced(text: str) -> None:
    redacted = Redactor().redact_text(text)
    rebuilt, at = [], 0
    for finding in redacted.findings:
        assert at <= finding.start < finding.end <= len(text)
        rebuilt += [text[at : finding.start], None]
        at = finding.end
    kept = [part for part in [*rebuilt, text[at:]] if part is not None]
    rest = redacted.text
    for part in kept[:-1]:
        assert rest.startswith(part)
        placeholder = PLACEHOLDER.match(rest, len(part))
        assert placeholder
        rest = rest[placeholder.end() :]
    assert rest == kept[-1]


@given(TEXTS)
def test_the_same_text_gives_the_same_bytes(text: str) -> None:
    assert Redactor().redact_text(text) == Redactor().redact_text(text)


@given(st.lists(st.sampled_from(_VALUES), min_size=1, max_size=4), st.sampled_from(["\n", " and "]))
def test_placeholders_of_an_earlier_pass_are_not_touched(values: list[str], joint: str) -> None:
    redactor = Redactor()
    first = redactor.redact_text(joint.join(f"password: {value}" for value in values)).text
    later = redactor.redact_text(first + "\nmail: new.person@firma.de").text
    assert later.startswith(first)


@given(
    st.recursive(
        TEXTS | st.integers() | st.none() | st.booleans(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=8,
    )
)
def test_any_json_value_is_clean_after_one_pass(value: object) -> None:
    once, findings = Redactor().redact_value(value)
    again, left = Redactor().redact_value(once)
    assert (again, left) == (once, [])
    assert findings or once == value


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=2, max_size=5), st.sampled_from(["", "\n", " \\\n", "SSN ", "password: "]))
def test_texts_on_one_sheet_do_not_read_each_other(texts: list[str], ending: str) -> None:
    rows = [text + ending for text in texts]
    alone = {at: found for at, row in enumerate(rows) if (found := Redactor().redact_value(row)[1])}
    if not any(each.kind == "user_name" for found in alone.values() for each in found):  # all rows know names
        assert {at: found for at, (_, found) in Redactor().redact_values(rows).items()} == alone


@settings(max_examples=60)
@given(
    st.lists(TEXTS, min_size=3, max_size=8),
    st.sampled_from(["\n", "\n" * 4, " " * 70, "\nLDA $7E0010\n" * 9]),
)
def test_a_long_text_that_is_looked_at_in_parts_is_clean_as_a_whole(texts: list[str], joint: str) -> None:
    once = Redactor().redact_text(
        ("harmless words\n" * 40).join([joint.join(texts), joint.join(texts[::-1])])
    )
    assert Redactor().redact_text(once.text).findings == ()
