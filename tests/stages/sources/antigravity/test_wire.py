"""Finding texts in messages without a schema."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.sources.antigravity.wire import WireError, decode_base64, find_texts, read_fields
from tests.stages.sources.antigravity.state_database import field, number_field


def test_fields_of_all_wire_types() -> None:
    message = number_field(1, 300) + b"\x11" + bytes(8) + field(3, "text") + b"\x25" + bytes(4)
    assert read_fields(message) == [b"text"]


@pytest.mark.parametrize("data", [b"\x0a\x05abc", b"\x00\x01", b"\x0b", b"\xff" * 12, b"\x0d\x00", b"\x08"])
def test_what_is_no_message(data: bytes) -> None:
    with pytest.raises(WireError):
        read_fields(data)


def test_texts_in_messages_in_base64_in_messages() -> None:
    inner = field(1, '{"Message": "a longer text, so that it needs two bytes of length' + "x" * 200 + '"}')
    message = field(4, "Fix the HUD") + field(9, base64.b64encode(inner)) + field(5, field(6, "line\none"))
    assert [text[:12] for text in find_texts(message)] == ["Fix the HUD", '{"Message": ', "line\none"]


def test_a_message_whose_tag_and_length_are_printable() -> None:
    uuid = "0f1e2d3c-1111-4222-8333-444455556666"
    assert list(find_texts(field(1, field(1, uuid)))) == [uuid]
    assert list(find_texts(field(1, field(4, '{"TaskName": "Fix the HUD of it"}')))) == [
        '{"TaskName": "Fix the HUD of it"}'
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data: bytes) -> None:
    assert all(isinstance(text, str) for text in find_texts(data))
    decode_base64(data)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=12, max_size=60))
def test_words_are_found_as_they_are(words: str) -> None:
    text = "The " + words + " end."
    assert list(find_texts(field(2, field(3, text)))) == [text] or not text.isprintable()
