"""Hostile text shown: nothing that acts on a terminal is left (J20, S01)."""

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.data.display import clean_text, show_path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, é ✓ 漢字 👩‍👩‍👧 نص‌ها", "plain, é ✓ 漢字 👩‍👩‍👧 نص‌ها"),
        ("two\nlines\tand tab", "two\nlines\tand tab"),
        ("\x1b[31mred\x1b]52;c;aGk=\x07", "\\x1b[31mred\\x1b]52;c;aGk=\\x07"),
        ("\x9b31m\x7f\r\x00", "\\x9b31m\\x7f\\x0d\\x00"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("a\u2028b\ufeff", "a\\u2028b\\ufeff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("lone \ud83d", "lone \\ud83d"),
    ],
)
def test_what_could_act_is_written_as_an_escape(text: str, shown: str) -> None:
    assert clean_text(text) == shown


def test_a_path_is_one_line_and_keeps_its_odd_bytes_visible() -> None:
    assert show_path(Path(os.fsdecode(b"caf\xe9\n\x1b[2J.jsonl"))) == "caf\\xe9\\n\\x1b[2J.jsonl"
    assert show_path(Path("données/été.jsonl")) == "données/été.jsonl"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_the_result_always_prints(text: str) -> None:
    shown = clean_text(text)
    shown.encode()
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"]
    assert clean_text(shown) == shown
