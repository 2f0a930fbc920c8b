"""Trained tokens are exactly the answers: of every turn, through real chat templates, on odd rows too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import InputError
from afs_engine.stages.training.chat_rows import ChatRow, Turn
from afs_engine.stages.training.mask_lint import MaskRule, prepare_rows
from afs_engine.stages.training.masking import RowTokeniser, TokenRow
from tests.stages.training.chat_templates import FAMILIES, load_family

HISTORY = (
    Turn("user", "What does LDA do?"),
    Turn("assistant", "It loads the accumulator."),
    Turn("user", "And STA?"),
    Turn("assistant", "It stores it:\n    STA.w $2100"),
)
CONVERSATION = ChatRow(1, "Which flags?", "None for STA;\nN and Z for LDA. äöü", "asm", history=HISTORY)
ANSWERS = [
    "It loads the accumulator.",
    "It stores it:\n    STA.w $2100",
    "None for STA;\nN and Z for LDA. äöü",
]


@pytest.fixture(scope="session")
def families(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("templates")
    return {name: load_family(folder, name) for name in FAMILIES}


@pytest.fixture(params=list(FAMILIES))
def family(request: pytest.FixtureRequest, families: dict[str, Any]) -> tuple[str, Any]:
    return request.param, families[request.param]


def tokenise(tokenizer: Any, row: ChatRow, **options: Any) -> TokenRow:
    for fast in (False, True):  # both engines, the same row
        ((_, made),) = RowTokeniser(tokenizer, "", fast=fast, **options).tokenise([row])
        assert made is not None
    return made


def trained_texts(tokenizer: Any, row: TokenRow) -> list[str]:
    return [tokenizer.decode(row.ids[start:end]) for start, end in row.spans]


def templated_ids(tokenizer: Any, row: ChatRow) -> list[int]:
    """What transformers itself makes of the conversation."""
    messages = [{"role": turn.role, "content": turn.text} for turn in row.turns]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def test_every_answer_of_a_conversation_is_trained_and_nothing_else(family: tuple[str, Any]) -> None:
    name, tokenizer = family
    row = tokenise(tokenizer, CONVERSATION)
    assert row.ids.tolist() == templated_ids(tokenizer, CONVERSATION)
    assert row.ended
    space = " " if name == "mistral" else ""  # one token with the answer's first word, or not: both are right
    for text, answer in zip(trained_texts(tokenizer, row), ANSWERS, strict=True):
        assert text.removeprefix(space) == answer + FAMILIES[name].end
    untrained = [token for token, label in zip(row.ids, row.labels(), strict=True) if label == -100]
    rest = tokenizer.decode(untrained)
    assert all(answer not in rest for answer in ANSWERS)
    assert all(turn.text in rest for turn in CONVERSATION.turns if turn.role == "user")


def test_an_answer_that_says_what_the_question_says_is_still_told_apart(family: tuple[str, Any]) -> None:
    _, tokenizer = family
    row = tokenise(
        tokenizer, ChatRow(1, "echo", "echo", "d", history=(Turn("user", "echo"), Turn("assistant", "echo")))
    )
    assert [text.strip()[:4] for text in trained_texts(tokenizer, row)] == ["echo", "echo"]
    assert row.trained_tokens < len(row.ids) / 2


def test_an_empty_earlier_answer_is_not_trained(family: tuple[str, Any]) -> None:
    _, tokenizer = family
    empty = ChatRow(1, "Q", "Fine.", "d", history=(Turn("user", "Hm"), Turn("assistant", " ")))
    (text,) = trained_texts(tokenizer, tokenise(tokenizer, empty))
    assert text.strip().startswith("Fine.")


def test_cut_empty_and_refused_rows_are_named(samples: Callable[..., Path], family: tuple[str, Any]) -> None:
    name, tokenizer = family
    turns = [{"role": turn.role, "content": turn.text} for turn in HISTORY]
    path = samples(
        [
            {"instruction": "Q", "output": "Fine.", "history": turns},
            {"instruction": "Q", "output": "A long answer. " * 60},
            {"instruction": "Q", "output": " \n"},
            {"instruction": "Q", "output": "Fine.", "history": [turns[1]]},  # begins with an answer
            {"instruction": "Q", "output": "Fine.", "history": [["old", "pairs"]]},
        ]
    )
    kept, report = prepare_rows(path, RowTokeniser(tokenizer, ""), MaskRule(max_length=200))
    refused = {"the chat template refuses its turns": [4]} if name == "gemma" else {}
    assert {fault: rows.lines for fault, rows in report.dropped.items()} == {
        "answer cut off": [2],
        "empty answer": [3],
        **refused,
    }
    assert [row.line for row in kept] == ([1, 5] if refused else [1, 4, 5])
    assert report.warned["history is no list of turns, left out"].lines == [5]
    assert [len(row.spans) for row in kept] == ([3, 1] if refused else [3, 2, 1])
    assert report.trained_tokens == sum(int((row.labels() != -100).sum()) for row in kept)


def test_truncating_keeps_every_answer_whole(samples: Callable[..., Path], family: tuple[str, Any]) -> None:
    name, tokenizer = family
    old = [{"role": "user", "content": "old question " * 60}, {"role": "assistant", "content": "Old."}]
    path = samples(
        [
            {"instruction": "Recent", "output": "New.", "history": old},
            {"instruction": "First words. " + "and more of it " * 60, "output": "The whole answer."},
            {"instruction": "Q", "output": "word " * 300},
        ]
    )
    rule = MaskRule(max_length=190, action="truncate")
    kept, report = prepare_rows(path, RowTokeniser(tokenizer, ""), rule)
    end = FAMILIES[name].end
    texts = [[text.strip() for text in trained_texts(tokenizer, row)] for row in kept]
    assert texts == [[f"New.{end}"], [f"The whole answer.{end}"]]
    assert report.truncated == 2
    assert {fault: rows.lines for fault, rows in report.dropped.items()} == {"answer cut off": [3]}
    assert "First words." in tokenizer.decode(kept[1].ids)
    assert 180 <= len(kept[1].ids) <= 190  # filled up to what fits


def test_a_rows_own_system_turn_goes_before_the_settings(families: dict[str, Any]) -> None:
    tokenizer = families["llama3"]
    own = ChatRow(1, "Q", "A", "d", history=(Turn("system", "Own rules."),))
    ((_, row),) = RowTokeniser(tokenizer, "General rules.").tokenise([own])
    assert row is not None
    text = tokenizer.decode(row.ids)
    assert "Own rules." in text and "General rules." not in text
    assert trained_texts(tokenizer, row) == ["A<|eot_id|>"]


def test_thinking_is_trained_when_asked_for_and_else_left_out(families: dict[str, Any]) -> None:
    tokenizer = families["chatml"]
    row = ChatRow(1, "Q", "The answer.", "d", thinking=" First this. ")
    assert trained_texts(tokenizer, tokenise(tokenizer, row)) == ["The answer.<|im_end|>"]
    assert trained_texts(tokenizer, tokenise(tokenizer, row, thinking="train")) == [
        "<think>\nFirst this.\n</think>\n\nThe answer.<|im_end|>"
    ]


def test_a_template_that_leaves_thinking_out_names_the_way_out(families: dict[str, Any]) -> None:
    import copy

    tokenizer = copy.deepcopy(families["chatml"])
    tokenizer.chat_template = tokenizer.chat_template.replace(
        "{{ m['content'] }}", "{{ m['content'].split('</think>')[-1] }}"
    )
    tokeniser = RowTokeniser(tokenizer, "", thinking="train")
    assert tokeniser.tokenise_one(ChatRow(1, "Q", "A", "d", thinking="Hm.")) is None
    with pytest.raises(InputError, match="leaves thinking out"):
        tokeniser.template.layout(("user", "assistant"), thinks=True)
