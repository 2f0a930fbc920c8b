"""Sample lines as questions and answers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from afs_engine.errors import InputError
from afs_engine.stages.training.chat_rows import ChatRow, read_chat_rows


def test_input_follows_the_instruction_after_a_blank_line(samples: Callable[..., Path]) -> None:
    path = samples(
        [
            {"instruction": "Explain", "input": "LDA #1", "output": "It loads 1.", "domain": "asm"},
            {"instruction": "Hello", "input": "", "output": "Hi", "metadata": {"any": 1}},
            {"instruction": "Bare", "input": None, "output": "Yes", "domain": None},
        ]
    )
    assert list(read_chat_rows(path)) == [
        ChatRow(1, "Explain\n\nLDA #1", "It loads 1.", "asm"),
        ChatRow(2, "Hello", "Hi", "general"),
        ChatRow(3, "Bare", "Yes", "general"),
    ]


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"instruction": "a"}', b'{"instruction": 1, "output": "b"}', b"\xff\xfe"]
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"instruction": "a", "output": "b"}\n\n' + line + b"\n")
    with pytest.raises(InputError, match=r"rows\.jsonl:3: not a sample"):
        list(read_chat_rows(path))


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        list(read_chat_rows(tmp_path / "nothing.jsonl"))
