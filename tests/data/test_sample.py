"""Samples: content ids, the JSON form, and keys that are not ours."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine import TrainingSample
from afs_engine.data.sample import content_digest, encode_row

TEXT = st.text(max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.tuples(TEXT, TEXT, TEXT, TEXT), st.tuples(TEXT, TEXT, TEXT, TEXT))
def test_content_ids_agree_just_where_the_content_does(one: Any, other: Any) -> None:
    assert (content_digest(*one) == content_digest(*other)) == (one == other)


@given(TEXT, st.integers(0, 12))
def test_no_text_can_move_from_one_field_to_the_next(text: str, cut: int) -> None:
    head, tail = text[:cut], text[cut:]
    ids = {
        content_digest(text, "", "x"),
        content_digest(head, tail, "x"),
        content_digest(head, "", tail + "x"),
    }
    assert len(ids) == (3 if tail else 1)


def test_an_id_depends_on_content_only_and_is_the_same_everywhere() -> None:
    sample = TrainingSample(instruction="q", output="a", domain="asm", source="s", quality_score=0.5)
    assert sample.sample_id == TrainingSample(instruction="q", output="a").sample_id
    assert sample.sample_id == "2e01bf6b0477fd4cf2f5a52019fe5353"
    assert sample.with_domain("docs").sample_id == sample.sample_id


@given(
    st.builds(
        TrainingSample,
        instruction=TEXT,
        output=TEXT,
        input=TEXT,
        thinking=TEXT,
        domain=TEXT,
        source=TEXT,
        group=TEXT,
        quality_score=st.none() | st.floats(0, 1),
        quality_components=st.dictionaries(TEXT, st.none() | st.floats(0, 1), max_size=2),
        kg_entities=st.lists(TEXT, max_size=2),
        provenance=st.dictionaries(TEXT, JSON, max_size=2),
        metadata=st.dictionaries(
            TEXT.filter(lambda key: key not in TrainingSample.__slots__), JSON, max_size=2
        ),
    )
)
def test_a_sample_comes_back_from_its_json(sample: TrainingSample) -> None:
    assert TrainingSample.from_dict(json.loads(sample.to_json())) == sample


def test_empty_fields_are_left_out_and_a_score_of_zero_is_not() -> None:
    row = TrainingSample(instruction="q", output="a", quality_score=0.0).to_dict()
    assert list(row) == ["instruction", "output", "domain", "source", "sample_id", "quality_score"]
    assert "quality_score" not in TrainingSample(instruction="q", output="a").to_dict()


@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "q", "output": "a", "confidence": 0.9, "tags": ["x"], "license": None},
        {"instruction": "q", "output": "a", "provenance": "wiki", "kg_entities": "none"},
        {"instruction": "q", "output": "a", "metadata": {"page": 3}, "big": 2**80},
    ],
)
def test_keys_that_are_not_ours_are_given_back(row: dict[str, Any]) -> None:
    back = TrainingSample.from_dict(row).to_dict()
    assert {key: back[key] for key in row} == row


def test_metadata_does_not_overwrite_a_field() -> None:
    sample = TrainingSample(instruction="q", output="a", metadata={"output": "forged", "page": 3})
    assert sample.to_dict()["output"] == "a"
    assert sample.to_dict()["page"] == 3


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_encoding_keeps_every_value(row: dict[str, Any]) -> None:
    line = encode_row(row)
    assert b"\n" not in line
    assert json.loads(line) == row


def test_integers_beyond_64_bits_stay_exact() -> None:
    assert json.loads(encode_row({"n": 2**200 + 1, "text": "é"})) == {"n": 2**200 + 1, "text": "é"}
