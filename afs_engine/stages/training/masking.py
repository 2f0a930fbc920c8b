"""Rows as token ids, with the answer, and only the answer, marked for training.

Owns the tokenising of a chat layout. It must not decide what becomes of a faulty row.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from afs_engine.errors import InputError
from afs_engine.stages.training.chat_layout import ChatLayout, TextRun, control_tokens
from afs_engine.stages.training.chat_rows import ChatRow

IGNORED = -100  # the label that torch's cross entropy passes over
_ROWS_PER_BATCH = 512
_PROBE = ChatRow(0, "What is 2 + 2?", "It is 4.\nNothing else.", "")

TokenIds = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A row's ids; the tokens from `trained_from` up to, not including, `trained_to` are trained.

    They are the answer's, and then the control token that ends it where the template has one
    (`ended`). `answer_to` is where the answer's own tokens end.
    """

    line: int
    domain: str
    ids: TokenIds
    trained_from: int
    answer_to: int
    trained_to: int

    @property
    def ended(self) -> bool:
        """Whether the model is taught to stop after the answer."""
        return self.trained_to > self.answer_to

    @property
    def trained_tokens(self) -> int:
        return self.trained_to - self.trained_from

    def labels(self) -> TokenIds:
        """The ids where they are trained, IGNORED elsewhere."""
        labels = np.full_like(self.ids, IGNORED)
        labels[self.trained_from : self.trained_to] = self.ids[self.trained_from : self.trained_to]
        return labels


class RowTokeniser:
    """Tokenises rows under one layout, with a tokenizer that reads no control token out of text."""

    def __init__(self, tokenizer: Any, layout: ChatLayout) -> None:
        self._layout = layout
        self._engine = _text_engine(tokenizer)
        self.control_texts = sorted(token.content for token in control_tokens(tokenizer).values())
        self.bos_id: int | None = tokenizer.bos_token_id
        self._check_against(tokenizer)

    def tokenise(self, rows: Iterable[ChatRow]) -> Iterator[tuple[ChatRow, TokenRow]]:
        """Each row with its tokens, in order; whole, however long."""
        stream = iter(rows)
        while batch := list(islice(stream, _ROWS_PER_BATCH)):
            runs = [self._encode_part(part, batch) for part in self._layout.parts]
            for position, row in enumerate(batch):
                yield row, self._join(row, [run[position] for run in runs])

    def _encode_part(self, part: int | TextRun, batch: list[ChatRow]) -> list[Any]:
        """One part of the layout for every row: an id, or the run's encoding."""
        if isinstance(part, int):
            return [part] * len(batch)
        if not part.slot:
            return [self._engine.encode(part.before, add_special_tokens=False)] * len(batch)
        texts = [part.fill(self._text_of(row, part.slot)) for row in batch]
        return list(self._engine.encode_batch(texts, add_special_tokens=False))

    def _text_of(self, row: ChatRow, slot: str) -> str:
        text = row.user if slot == "user" else row.answer
        return text.strip() if self._layout.trims else text

    def _join(self, row: ChatRow, encodings: list[Any]) -> TokenRow:
        ids: list[int] = []
        start = answer_to = trained_to = 0
        for part, encoding in zip(self._layout.parts, encodings, strict=True):
            if isinstance(part, int):
                ends_answer = start and answer_to == trained_to
                ids.append(part)
                trained_to = len(ids) if ends_answer else trained_to
                continue
            if part.slot == "answer":
                text = self._text_of(row, "answer")
                first, last = _span(encoding.offsets, len(part.before), len(part.before) + len(text))
                start, answer_to = len(ids) + first, len(ids) + last
                trained_to = answer_to
            ids += encoding.ids
        return TokenRow(row.line, row.domain, np.array(ids, np.int32), start, answer_to, trained_to)

    def _check_against(self, tokenizer: Any) -> None:
        """Refuses a tokenizer whose own reading of a plain chat differs from ours."""
        ((_, ours),) = self.tokenise([_PROBE])
        parts = self._layout.parts
        texts = {"user": _PROBE.user, "answer": _PROBE.answer, "": ""}
        rendered = "".join(
            tokenizer.convert_ids_to_tokens(part) if isinstance(part, int) else part.fill(texts[part.slot])
            for part in parts
        )
        if ours.ids.tolist() != tokenizer(rendered, add_special_tokens=False)["input_ids"]:
            raise InputError(
                "the base model's tokenizer joins text across control tokens: no exact mask is possible",
                hint="choose a base with a byte-level tokenizer, such as Qwen2.5, or nano",
            )


def _span(offsets: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The tokens that hold any of the characters from `start` up to `end`."""
    first = next((i for i, (_, stop) in enumerate(offsets) if stop > start), len(offsets))
    last = next((i for i in range(len(offsets), first, -1) if offsets[i - 1][0] < end), first)
    return first, last


def _text_engine(tokenizer: Any) -> Any:
    """A copy of the tokenizer's engine in which control tokens are plain text.

    Without its post-processor, which would trim the offsets that the mask is made from.
    """
    from tokenizers import Tokenizer

    spec = json.loads(tokenizer.backend_tokenizer.to_str())
    engine = Tokenizer.from_str(
        json.dumps(spec | {"post_processor": None, "truncation": None, "padding": None})
    )
    engine.encode_special_tokens = True
    return engine
