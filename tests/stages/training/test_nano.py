"""The nano base: small, the same bytes for the same texts, and able to write any text."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data.digest import hash_files
from afs_engine.stages.training.chat_rows import ChatRow
from afs_engine.stages.training.nano import build_nano
from afs_engine.stages.training.sealed import find_damage

ROWS = [ChatRow(n, f"What does routine {n} do?", f"It loads ${n:04X} and returns.", "d") for n in range(60)]

OTHER_ROWS = [ChatRow(n, f"Where is label {n}?", f"In bank ${n:02X}, it says.", "d") for n in range(60)]


def digest(folder: Path) -> str:
    return hash_files(sorted(folder.iterdir()))


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    for name, rows, seed in [("a", ROWS, 1), ("b", ROWS, 1), ("c", ROWS, 2), ("d", OTHER_ROWS, 1)]:
        build_nano(tmp_path / name, rows, seed)
    digests = {name: digest(tmp_path / name) for name in "abcd"}
    assert digests["a"] == digests["b"]
    assert len(set(digests.values())) == 3


def test_a_whole_one_is_kept_and_a_damaged_one_built_again(tmp_path: Path) -> None:
    base = tmp_path / "base"
    build_nano(base, ROWS, 1)
    before, made_at = digest(base), base.stat().st_mtime_ns
    build_nano(base, ROWS, 1)
    assert base.stat().st_mtime_ns == made_at
    (base / "model.safetensors").write_bytes(b"cut")
    build_nano(base, ROWS, 1)
    assert find_damage(base) is None
    assert digest(base) == before


def test_it_is_small(trained: Any) -> None:
    assert 1_000_000 < trained.result.total_parameters < 2_000_000


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_can_be_written(nano_tokenizer: Any, text: str) -> None:
    import unicodedata

    ids = nano_tokenizer(text)["input_ids"]
    assert nano_tokenizer.decode(ids) == unicodedata.normalize("NFC", text)
    assert max(ids, default=0) < len(nano_tokenizer)


def test_its_template_marks_the_answer_for_other_tools(nano_tokenizer: Any) -> None:
    chat = [{"role": "user", "content": "Q?"}, {"role": "assistant", "content": "The answer."}]
    made = nano_tokenizer.apply_chat_template(chat, return_dict=True, return_assistant_tokens_mask=True)
    marked = [i for i, mark in zip(made["input_ids"], made["assistant_masks"], strict=True) if mark]
    assert nano_tokenizer.decode(marked) == "The answer.<|im_end|>"
