"""Letting a model answer: greedy, the same for the same model and question.

Must run in a worker process. It must not know what a good answer is.
"""

from collections.abc import Sequence
from typing import Any

from afs_engine.stages.training.masking import TokenRow

_BATCH = 8
_MOST_TOKENS = 256


def choose_evenly(count: int, wanted: int) -> list[int]:
    """At most `wanted` of the numbers below `count`, evenly spread, the first always among them."""
    return (
        [position * count // wanted for position in range(wanted)] if wanted < count else list(range(count))
    )


def generate_answers(model: Any, tokenizer: Any, rows: Sequence[TokenRow], pad_id: int) -> list[str]:
    """The model's answer to each row's last question, at most 256 tokens and twice the expected length."""
    was_training = model.training
    model.eval()
    order = sorted(range(len(rows)), key=lambda row: (len(rows[row].question_ids), row))
    found: dict[int, str] = {}
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        answers = _answer_batch(model, tokenizer, [rows[row] for row in batch], pad_id)
        found |= dict(zip(batch, answers, strict=True))
    model.train(was_training)
    return [found[row] for row in range(len(rows))]


def _answer_batch(model: Any, tokenizer: Any, rows: Sequence[TokenRow], pad_id: int) -> list[str]:
    """Questions are padded on the left, so that every answer begins at the same place."""
    import torch
    from transformers import GenerationConfig

    questions = [row.question_ids.tolist() for row in rows]
    width = max(map(len, questions))
    ids = torch.tensor([[pad_id] * (width - len(each)) + each for each in questions])
    mask = torch.tensor([[0] * (width - len(each)) + [1] * len(each) for each in questions])
    longest = max(row.answer_tokens for row in rows)
    greedy = GenerationConfig(  # ours alone: what a hub model ships would change the answers
        max_new_tokens=min(_MOST_TOKENS, 2 * longest),
        do_sample=False,
        pad_token_id=pad_id,
        eos_token_id=_end_ids(tokenizer, rows),
    )
    with torch.no_grad():
        made = model.generate(
            input_ids=ids.to(model.device), attention_mask=mask.to(model.device), generation_config=greedy
        )
    return [
        _read(tokenizer, made[number, width:].tolist(), 2 * row.answer_tokens)
        for number, row in enumerate(rows)
    ]


def _end_ids(tokenizer: Any, rows: Sequence[TokenRow]) -> list[int]:
    """The tokens that end an answer: the model's own, and the one it was taught."""
    taught = {int(row.ids[row.trained_to - 1]) for row in rows if row.ended}
    return sorted(taught | ({tokenizer.eos_token_id} if tokenizer.eos_token_id is not None else set()))


def _read(tokenizer: Any, ids: list[int], most: int) -> str:
    """The text of an answer; what one row may be long does not depend on its batch."""
    return str(tokenizer.decode(ids[:most], skip_special_tokens=True)).strip()
