"""The fast engine gives the tokenizer's own ids and spans, or says that it can't."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.training import text_engine
from afs_engine.stages.training.chat_rows import ChatRow
from afs_engine.stages.training.mask_lint import MaskRule, prepare_rows
from afs_engine.stages.training.masking import EnginesDifferError, RowTokeniser
from afs_engine.stages.training.text_engine import make_engines
from tests.stages.training.chat_templates import load_family

pytest.importorskip("tiktoken")
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.fixture(scope="module")
def engines(nano_tokenizer: Any) -> Any:
    made = make_engines(nano_tokenizer)
    assert made[1] is not None
    return made


@settings(max_examples=300, deadline=None)
@given(
    before=st.sampled_from(["", "assistant\n", "a ", "e\u0301"]),
    middle=text,
    after=st.sampled_from(["", "\n", " x"]),
)
def test_ids_and_spans_are_the_references(engines: Any, before: str, middle: str, after: str) -> None:
    reference, fast = engines
    ours, theirs = fast.encode(before, middle, after), reference.encode(before, middle, after)
    assert ours.ids.tolist() == theirs.ids.tolist()
    if middle:
        assert (ours.first, ours.last) == (theirs.first, theirs.last)


def test_every_character_is_split_alike(engines: Any) -> None:
    """Letters, digits and blanks of the first two planes, as both packages' Unicode tables know them."""
    reference, fast = engines
    for start in range(0, 0x20000, 0x800):
        characters = [chr(code) for code in range(start, start + 0x800) if not 0xD800 <= code < 0xE000]
        line = "".join(f"a{character}1 {character}\n" for character in characters)
        ours = fast.encode("", line, "").ids
        assert np.array_equal(ours, reference.encode("", line, "").ids), hex(start)


def test_an_added_token_that_is_text_is_read_as_the_tokenizer_reads_it(nano_tokenizer: Any) -> None:
    tokenizer = copy.deepcopy(nano_tokenizer)
    tokenizer.add_tokens(["<tool_call>"])
    reference, fast = make_engines(tokenizer)
    assert fast is not None
    line = "call <tool_call> now"
    assert fast.encode("", line, "").ids.tolist() == reference.encode("", line, "").ids.tolist()
    assert len(tokenizer) - 1 in fast.encode("", line, "").ids


def test_other_kinds_of_tokenizers_have_no_fast_engine(nano_tokenizer: Any, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    for change in (
        {"normalizer": {"type": "Lowercase"}},
        {"pre_tokenizer": {"type": "Whitespace"}},
    ):
        tokenizer = load_family(tmp_path, "chatml")
        spec = json.loads(tokenizer.backend_tokenizer.to_str()) | change
        tokenizer._tokenizer = Tokenizer.from_str(json.dumps(spec))
        assert make_engines(tokenizer)[1] is None


def test_without_the_package_the_reference_does_it_all(
    nano_tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_engine, "find_spec", lambda _name: None)
    assert not RowTokeniser(nano_tokenizer, "").is_fast


def test_a_difference_is_found_and_all_rows_are_read_again(
    nano_tokenizer: Any, samples: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples(40)
    right, _ = prepare_rows(path, RowTokeniser(nano_tokenizer, "", fast=False), MaskRule(512))
    tokeniser = RowTokeniser(nano_tokenizer, "")
    fast = tokeniser._fast
    assert fast is not None
    fast._ids = fast._ids[::-1].copy()  # an engine that is wrong
    with pytest.raises(EnginesDifferError, match="line 1"):
        list(tokeniser.tokenise([ChatRow(1, "Q", "A", "d")]))
    monkeypatch.setattr(tokeniser, "_fast", fast)
    kept, report = prepare_rows(path, tokeniser, MaskRule(512))
    assert not tokeniser.is_fast
    assert report.rows_kept == 40
    assert all(ours.ids.tolist() == theirs.ids.tolist() for ours, theirs in zip(kept, right, strict=True))
