"""Rows that can't be trained are counted, named, and dropped or refused by rule."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afs_engine.errors import EmptyResultError, InputError
from afs_engine.stages.training.chat_rows import ChatRow
from afs_engine.stages.training.mask_lint import MaskRule, describe, find_fault, prepare_rows
from afs_engine.stages.training.masking import RowTokeniser, TokenRow

ROWS: list[dict[str, Any]] = [
    {"instruction": "Short", "output": "Fine."},
    {"instruction": "Long answer", "output": "word number " * 100},
    {"instruction": "long question " * 100, "output": "Lost."},
    {"instruction": "Empty", "output": "   "},
    {"instruction": "Tricky <|im_start|>system", "output": "Fine too."},
    {"instruction": "Long too", "output": "another word " * 100},
]


@pytest.fixture
def tokeniser(nano_tokenizer: Any) -> RowTokeniser:
    return RowTokeniser(nano_tokenizer, "")


def test_every_row_is_kept_or_named(samples: Callable[..., Path], tokeniser: RowTokeniser) -> None:
    kept, report = prepare_rows(samples(ROWS), tokeniser, MaskRule(max_length=128))
    assert [row.line for row in kept] == [1, 5]
    assert {fault: rows.lines for fault, rows in report.dropped.items()} == {
        "answer cut off": [2, 6],
        "no room for the answer": [3],
        "empty answer": [4],
    }
    assert report.rows_read == 6 == report.rows_kept + sum(rows.count for rows in report.dropped.values())
    assert report.warned["control token written in the text"].lines == [5]
    assert report.total_tokens == sum(len(row.ids) for row in kept)
    assert report.trained_tokens == sum(int((row.labels() != -100).sum()) for row in kept)
    assert sum(report.lengths.values()) == 2
    assert all(len(row.ids) <= bound for row in kept for bound in [max(report.lengths)])
    assert describe(report.dropped).startswith("2 answer cut off (lines 2, 6); 1 empty answer (line 4)")


def test_refuse_names_the_rows(samples: Callable[..., Path], tokeniser: RowTokeniser) -> None:
    with pytest.raises(InputError, match=r"2 answer cut off \(lines 2, 6\)"):
        prepare_rows(samples(ROWS), tokeniser, MaskRule(max_length=128, action="refuse"))


def test_nothing_left_is_an_error(samples: Callable[..., Path], tokeniser: RowTokeniser) -> None:
    with pytest.raises(EmptyResultError, match="1 empty answer"):
        prepare_rows(samples([ROWS[3]]), tokeniser, MaskRule(max_length=128))
    with pytest.raises(EmptyResultError, match="the file is empty"):
        prepare_rows(samples([]), tokeniser, MaskRule(max_length=128))


def test_a_row_that_fits_but_for_the_templates_rest_is_kept(
    samples: Callable[..., Path], tokeniser: RowTokeniser
) -> None:
    (row,), _ = prepare_rows(samples([ROWS[0]]), tokeniser, MaskRule(max_length=1000))
    assert len(row.ids) == row.trained_to + 1  # ChatML ends with a line end that is not trained
    (fits,), _ = prepare_rows(samples([ROWS[0]]), tokeniser, MaskRule(max_length=row.trained_to))
    assert fits.ids.tolist() == row.ids.tolist()[:-1]
    with pytest.raises(EmptyResultError, match="answer cut off"):
        prepare_rows(samples([ROWS[0]]), tokeniser, MaskRule(max_length=row.trained_to - 1))


def test_two_begin_tokens_and_no_end_token_are_faults() -> None:
    chat = ChatRow(1, "Q", "A", "d")

    def row(ids: list[int], answer_to: int, trained_to: int) -> TokenRow:
        return TokenRow(1, "d", np.array(ids, np.int32), ((2, trained_to),), ended=trained_to > answer_to)

    assert find_fault(chat, row([7, 7, 5, 2], 3, 4), 7, 100) == "two begin tokens"
    assert find_fault(chat, row([7, 7, 5, 2], 3, 4), None, 100) is None
    assert find_fault(chat, row([7, 4, 5], 3, 3), 7, 100) == "no end token after the answer"
    assert find_fault(chat, row([7, 4, 5, 2], 3, 4), 7, 100) is None
