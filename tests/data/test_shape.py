"""The shapes of a training row: which are known, and what each becomes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.data.shape import ShapeError, are_canonical, is_canonical, shape_row

QA = {"instruction": "q", "output": "a"}


def said(who: Any, what: Any) -> dict[str, Any]:
    return {"role": who, "content": what}


def told(who: Any, what: Any) -> dict[str, Any]:
    return {"from": who, "value": what}


@pytest.mark.parametrize(
    ("row", "shaped"),
    [
        ({"prompt": "q", "response": "a"}, QA),
        ({"question": "q", "answer": "a"}, QA),
        ({"user": "q", "assistant": "a", "id": 7}, QA | {"id": 7}),
        ({"instruction": None, "prompt": "q", "completion": "a"}, QA),
        ({"instruction": "q", "prompt": "template", "output": "a"}, QA | {"prompt": "template"}),
        (QA | {"input": None, "group": None, "quality_score": None}, QA | {"quality_score": None}),
        ({"messages": [said("user", "q"), said("assistant", "a")]}, QA),
        ({"instruction": None, "messages": [said("user", "q"), said("assistant", "a")]}, QA),
        ({"instruction": "q", "messages": [said("user", "q"), said("assistant", "a")]}, QA),
        ({"messages": [said("human", "q"), said("model", "a")], "n": 1}, QA | {"n": 1}),
        ({"conversations": [told("human", "q"), told("gpt", "a")]}, QA),
        ({"prompt": [said("user", "q")], "completion": [said("assistant", "a")], "n": 1}, QA | {"n": 1}),
        (
            {
                "prompt": [said("system", "s"), said("user", "q")],
                "completion": [said("assistant", "a")],
            },
            QA | {"history": [said("system", "s")]},
        ),
        (
            {"text": "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n", "n": 1},
            QA | {"n": 1},
        ),
        (
            {
                "text": "<|im_start|>system\ns\n<|im_end|>\n<|im_start|>user\nq<|im_end|>\n"
                "<|im_start|>assistant\na<|im_end|>"
            },
            QA | {"history": [said("system", "s\n")]},
        ),
        (
            {
                "conversations": [
                    told("system", "s"),
                    told("human", "q1"),
                    told("gpt", "a1"),
                    told("human", "q"),
                    told("gpt", "a"),
                ]
            },
            QA | {"history": [said("system", "s"), said("user", "q1"), said("assistant", "a1")]},
        ),
    ],
)
def test_known_shapes(row: dict[str, Any], shaped: dict[str, Any]) -> None:
    before = dict(row)
    assert shape_row(row) == shaped
    assert row == before  # the caller's row is not touched


@pytest.mark.parametrize(
    "row",
    [
        QA,
        QA | {"input": "", "thinking": "t", "domain": "", "source": "s", "group": "g"},
        QA | {"quality_score": 0, "anything": [1]},
        QA | {"messages": "none of ours", "quality_score": 0.5},
    ],
)
def test_a_canonical_row_is_given_back_itself(row: dict[str, Any]) -> None:
    assert is_canonical(row)
    assert shape_row(row) is row


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({}, "the row has no instruction"),
        ({"output": "a"}, "the row has no instruction"),
        ({"instruction": "q"}, "the row has no output"),
        ({"instruction": "q", "output": None}, "the row has no output"),
        (QA | {"output": ""}, "'output' is empty"),
        (QA | {"output": " \n\t"}, "'output' is empty"),
        (QA | {"instruction": "\u3000"}, "'instruction' is empty"),
        (QA | {"output": 5}, "'output' is not a text"),
        (QA | {"instruction": ["q"]}, "'instruction' is not a text"),
        (QA | {"input": {}}, "'input' is not a text"),
        (QA | {"domain": 3}, "'domain' is not a text"),
        (QA | {"quality_score": "high"}, "'quality_score' is not a number"),
        (QA | {"quality_score": True}, "'quality_score' is not a number"),
        (QA | {"quality_score": 10**400}, "'quality_score' is not a number"),
        (QA | {"quality_score": -1e39}, "'quality_score' is not a number"),
        ({"messages": []}, "does not end with a question and its answer"),
        ({"messages": [said("user", "q")]}, "does not end with a question and its answer"),
        ({"messages": [said("assistant", "a"), said("user", "q")]}, "does not end with a question"),
        ({"messages": [said("system", "s"), said("assistant", "a")]}, "does not end with a question"),
        ({"instruction": "other", "messages": [said("user", "q"), said("assistant", "a")]}, "different"),
        ({"messages": ["q", "a"]}, "a turn is not an object"),
        ({"messages": [said("user", "q"), said("assistant", None)]}, "'output' is not a text"),
        ({"messages": [said(["user"], "q"), said("assistant", "a")]}, "does not name its speaker"),
        ({"messages": [{}, said("user", "q"), said("assistant", "a")]}, "does not name its speaker"),
        ({"conversations": [told("human", ""), told("gpt", "a")]}, "'instruction' is empty"),
    ],
)
def test_what_can_not_be_trained_on(row: dict[str, Any], why: str) -> None:
    assert not is_canonical(row)
    with pytest.raises(ShapeError, match=why):
        shape_row(row)


TEXTS = st.sampled_from(["q", "", " ", "\n", "\u3000", "a b"])
ODD = st.sampled_from([None, 1, True, 0.5, float("inf"), 1e39, [], {}, "text"])
KEYS = ("input", "thinking", "domain", "source", "group", "quality_score", "sample_id", "other")
ROWS = st.fixed_dictionaries(
    {"instruction": TEXTS, "output": TEXTS}, optional=dict.fromkeys(KEYS, ODD | TEXTS)
) | st.dictionaries(st.sampled_from(["instruction", "output"]), ODD | TEXTS)


@given(st.lists(ROWS, max_size=4))
def test_many_rows_are_judged_as_each_alone(rows: list[dict[str, Any]]) -> None:
    assert are_canonical(rows) == all(map(is_canonical, rows))
