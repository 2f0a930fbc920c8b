"""Rows as token ids, with the answers, and only the answers, marked for training.

Every assistant turn of a conversation is trained, the earlier ones too. Owns the tokenising of a chat
layout. It must not decide what becomes of a faulty row.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np

from afs_engine.errors import InputError
from afs_engine.stages.training.chat_layout import (
    EXCHANGE,
    ChatTemplate,
    TextRun,
    control_tokens,
    thinking_block,
)
from afs_engine.stages.training.chat_rows import ChatRow
from afs_engine.stages.training.text_engine import EncodedRun, TextEngine, TokenIds, make_engines

IGNORED = -100  # the label that torch's cross entropy passes over
_ROWS_PER_BATCH = 512
_CHECKED_PER_BATCH = 8  # rows also given to the tokenizer's own engine; of the first batch, all
_PROBE = ChatRow(0, "What is 2 + 2?", "It is 4.\nNothing else.", "")

Thinking = Literal["drop", "train"]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A row's ids; the tokens of each of `spans` (from, up to but not including) are trained.

    A span is an answer's tokens and then the control token that ends it where the template has one;
    `ended`: all of them have.
    """

    line: int
    domain: str
    ids: TokenIds
    spans: tuple[tuple[int, int], ...]
    ended: bool = True
    score: float | None = None

    @property
    def trained_tokens(self) -> int:
        return sum(end - start for start, end in self.spans)

    @property
    def trained_to(self) -> int:
        """Where the last trained token ends."""
        return self.spans[-1][1] if self.spans else 0

    @property
    def question_ids(self) -> TokenIds:
        """All that stands before the last answer."""
        return self.ids[: self.spans[-1][0]]

    @property
    def answer_tokens(self) -> int:
        """Trained tokens of the last answer."""
        return self.spans[-1][1] - self.spans[-1][0]

    @property
    def trained_ids(self) -> TokenIds:
        return np.concatenate([self.ids[start:end] for start, end in self.spans] or [self.ids[:0]])

    def labels(self) -> TokenIds:
        """The ids where they are trained, IGNORED elsewhere."""
        labels = np.full_like(self.ids, IGNORED)
        for start, end in self.spans:
            labels[start:end] = self.ids[start:end]
        return labels


class EnginesDifferError(Exception):
    """The fast engine reads a text otherwise than the tokenizer's own: all rows are to be read again."""


class RowTokeniser:
    """Tokenises rows under one template, with an engine that reads no control token out of text.

    `thinking` "train" puts a row's thinking, where it has any, before its last answer and trains both.
    """

    def __init__(
        self, tokenizer: Any, system_prompt: str, thinking: Thinking = "drop", fast: bool = True
    ) -> None:
        self.template = ChatTemplate(tokenizer, system_prompt)
        self.template.layout(EXCHANGE)  # a template that can't show this is no use at all
        self._thinking = thinking
        self._reference, fast_engine = make_engines(tokenizer)
        self._fast = fast_engine if fast else None
        self._fixed_runs: dict[str, TokenIds] = {}
        controls = sorted(token.content for token in control_tokens(tokenizer).values())
        self._controls = re.compile("|".join(map(re.escape, controls))) if controls else None
        self.bos_id: int | None = tokenizer.bos_token_id
        self.vocabulary_size = len(tokenizer)
        self._check_against(tokenizer)

    @property
    def is_fast(self) -> bool:
        return self._fast is not None

    def tokenise(self, rows: Iterable[ChatRow]) -> Iterator[tuple[ChatRow, TokenRow | None]]:
        """Each row with its tokens, in order, whole, however long; None where the template refuses it.

        Raises EnginesDifferError, at most once, when the rows have to be read again from the first.
        """
        stream = iter(rows)
        checked = _ROWS_PER_BATCH
        while batch := list(islice(stream, _ROWS_PER_BATCH)):
            made = [self._tokenise_row(row, self._fast or self._reference) for row in batch]
            if self._fast is not None:
                self._compare(batch[:checked], made)
            checked = _CHECKED_PER_BATCH
            yield from zip(batch, made, strict=True)

    def tokenise_one(self, row: ChatRow) -> TokenRow | None:
        """One row alone; None where the template refuses it."""
        return self._tokenise_row(row, self._fast or self._reference)

    def names_control_token(self, text: str) -> bool:
        """Whether a control token is written out in a text, which is then read as mere text."""
        return self._controls is not None and self._controls.search(text) is not None

    def _compare(self, batch: list[ChatRow], made: list[TokenRow | None]) -> None:
        for row, ours in zip(batch, made, strict=False):
            theirs = self._tokenise_row(row, self._reference)
            if ours is None or theirs is None:
                continue
            if ours.spans != theirs.spans or not np.array_equal(ours.ids, theirs.ids):
                self._fast = None
                raise EnginesDifferError(f"the fast tokeniser differs in line {row.line}")

    def _tokenise_row(self, row: ChatRow, engine: TextEngine) -> TokenRow | None:
        turns = row.turns
        thinks = self._thinking == "train" and bool(row.thinking.strip())
        try:
            layout = self.template.layout(tuple(turn.role for turn in turns), thinks)
        except InputError:
            return None
        texts = [turn.text.strip() if i in layout.trims else turn.text for i, turn in enumerate(turns)]
        if thinks:
            texts[-1] = thinking_block(row.thinking.strip(), texts[-1])
        trained = {i for i, turn in enumerate(turns) if turn.role == "assistant" and texts[i].strip()}
        joined = _Joined(trained)
        for part in layout.parts:
            if isinstance(part, int):
                joined.add_control(part)
            elif part.turn is None:
                joined.add_fixed(self._fixed(part, engine))
            else:
                joined.add_turn(part.turn, engine.encode(part.before, texts[part.turn], part.after))
        return joined.row(row)

    def _fixed(self, part: TextRun, engine: TextEngine) -> TokenIds:
        if part.before not in self._fixed_runs:
            self._fixed_runs[part.before] = engine.encode(part.before, "", "").ids
        return self._fixed_runs[part.before]

    def _check_against(self, tokenizer: Any) -> None:
        """Refuses a tokenizer whose own reading of a plain chat differs from ours."""
        ours = self._tokenise_row(_PROBE, self._reference)
        texts = [_PROBE.user, _PROBE.answer]
        rendered = "".join(
            tokenizer.convert_ids_to_tokens(part)
            if isinstance(part, int)
            else part.fill("" if part.turn is None else texts[part.turn])
            for part in self.template.layout(EXCHANGE).parts
        )
        theirs = tokenizer(rendered, add_special_tokens=False)["input_ids"]
        if ours is None or ours.ids.tolist() != theirs:
            raise InputError(
                "the base model's tokenizer joins text across control tokens: no exact mask is possible",
                hint="choose a base with a byte-level tokenizer, such as Qwen2.5, or nano",
            )


class _Joined:
    """The parts of one row, put together; `trained` are the turns whose text is trained."""

    def __init__(self, trained: set[int]) -> None:
        self._trained = trained
        self._pieces: list[TokenIds] = []
        self._length = 0
        self._spans: list[tuple[int, int]] = []
        self._open = False  # the last span still waits for the control token that ends it
        self._all_ended = True

    def add_control(self, token: int) -> None:
        self._append(np.array([token], np.int32))
        if self._open:
            self._spans[-1] = (self._spans[-1][0], self._length)
            self._open = False

    def add_fixed(self, ids: TokenIds) -> None:
        self._close()
        self._append(ids)

    def add_turn(self, turn: int, run: EncodedRun) -> None:
        self._close()
        start = self._length
        self._append(run.ids)
        if turn in self._trained:
            self._spans.append((start + run.first, start + run.last))
            self._open = True

    def row(self, row: ChatRow) -> TokenRow:
        self._close()
        ids = np.concatenate(self._pieces)
        return TokenRow(row.line, row.domain, ids, tuple(self._spans), self._all_ended, row.score)

    def _append(self, ids: TokenIds) -> None:
        self._pieces.append(ids)
        self._length += len(ids)

    def _close(self) -> None:
        if self._open:
            self._open = self._all_ended = False
