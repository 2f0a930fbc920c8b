"""Every format gives back exactly the question and the answer, however the row was written."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.formats.convert import CONTROL_TOKEN, FORMATS, Converter, find_format
from tests.stages.formats.literals import ASKED, CHOICES, TEXTS, line_of

Turns = list[tuple[str, str]]
CHATML_TURN = re.compile(r"<\|im_start\|>([a-z]+)\n(.*?)<\|im_end\|>\n", re.DOTALL)


def from_messages(row: Any) -> Turns:
    assert list(row) == ["messages"]
    return [(each["role"], each["content"]) for each in row["messages"]]


def from_conversations(row: Any) -> Turns:
    assert list(row) == ["conversations"]
    return [(each["from"], each["value"]) for each in row["conversations"]]


def from_prompt_completion(row: Any) -> Turns:
    assert list(row) == ["prompt", "completion"]
    return [(each["role"], each["content"]) for each in (*row["prompt"], *row["completion"])]


def from_chatml(row: Any) -> Turns:
    turns = CHATML_TURN.findall(row["text"])
    assert "".join(f"<|im_start|>{who}\n{what}<|im_end|>\n" for who, what in turns) == row["text"]
    return turns


READERS: dict[str, Callable[[Any], Turns]] = {
    "openai": from_messages,
    "mlx": from_messages,
    "sharegpt": from_conversations,
    "prompt-completion": from_prompt_completion,
    "chatml": from_chatml,
}


def holds_control(*texts: str) -> bool:
    return any(mark in text for mark in ("<|im_start|>", "<|im_end|>") for text in texts)


@pytest.mark.parametrize("name", READERS)
@given(ASKED, st.just("") | TEXTS, ASKED, st.just("") | TEXTS, CHOICES)
def test_question_and_answer_come_back(
    name: str, instruction: str, extra: str, output: str, system: str, choices: str
) -> None:
    line = line_of(choices, instruction=instruction, input=extra, output=output, domain="asm")
    converter = Converter(find_format(name), system)
    converted = converter.convert([line])
    if name == "chatml" and holds_control(instruction, extra, output, system):
        assert (converted, converter.dropped) == ([], {CONTROL_TOKEN: 1})
        return
    question = f"{instruction}\n\n{extra}" if extra else instruction
    expected = [("system", system)] if system else []
    (written,) = converted
    assert b"\n" not in written
    assert READERS[name](json.loads(written)) == [*expected, ("user", question), ("assistant", output)]


@given(ASKED, st.just("") | TEXTS, ASKED, st.just("") | TEXTS, CHOICES)
def test_alpaca_keeps_the_three_fields_apart(
    instruction: str, extra: str, output: str, system: str, choices: str
) -> None:
    line = line_of(choices, instruction=instruction, input=extra, output=output)
    (written,) = Converter(find_format("alpaca"), system).convert([line])
    expected = {"instruction": instruction, "input": extra, "output": output}
    assert json.loads(written) == ({"system": system} | expected if system else expected)


@pytest.mark.parametrize("name", READERS)
@given(
    st.lists(st.tuples(st.sampled_from(["system", "user", "assistant", "tool"]), TEXTS), max_size=4), CHOICES
)
def test_earlier_turns_come_first(name: str, history: Turns, choices: str) -> None:
    turns = ",".join(line_of(choices, role=who, content=what).decode() for who, what in history)
    line = f'{{"instruction":"q","output":"a","history":[{turns}]}}'.encode()
    converted = Converter(find_format(name), "be brief").convert([line])
    if name == "chatml" and holds_control(*(what for _, what in history)):
        assert converted == []
        return
    expected = [("system", "be brief"), *history, ("user", "q"), ("assistant", "a")]
    assert READERS[name](json.loads(converted[0])) == expected


def test_the_bytes_of_a_text_are_not_touched() -> None:
    line = rb'{"instruction":"caf\u00e9 \/ \ud83d\ude00","output":"na\u00efve \"quoted\""}'
    for name in FORMATS:
        (written,) = Converter(find_format(name)).convert([line])
        assert rb"caf\u00e9 \/ \ud83d\ude00" in written
        assert rb"na\u00efve \"quoted\"" in written


def test_the_guides_shapes() -> None:
    line = b'{"instruction":"Question","input":"","output":"Response","sample_id":"x"}'
    written = {name: Converter(find_format(name)).convert([line])[0] for name in FORMATS}
    assert written["alpaca"] == b'{"instruction":"Question","input":"","output":"Response"}'
    assert written["sharegpt"] == (
        b'{"conversations":[{"from":"user","value":"Question"},{"from":"assistant","value":"Response"}]}'
    )
    assert (
        written["openai"]
        == written["mlx"]
        == (b'{"messages":[{"role":"user","content":"Question"},{"role":"assistant","content":"Response"}]}')
    )
    assert json.loads(written["chatml"])["text"] == (
        "<|im_start|>user\nQuestion<|im_end|>\n<|im_start|>assistant\nResponse<|im_end|>\n"
    )
