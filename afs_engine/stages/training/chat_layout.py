"""The layout of a chat under a model's own template: which tokens stand where, what is trained.

The template is rendered once, with marks in place of the texts, and cut at its control tokens.
Text between two control tokens is then tokenised as one run in which no control token can arise,
so a `<|im_start|>` in the data stays plain text. It must not know files or rules for bad rows.
"""

import re
from dataclasses import dataclass
from typing import Any

from afs_engine.errors import InputError

_USER_MARK = "@AFS-USER-TEXT@"
_ANSWER_MARK = "@AFS-ANSWER-TEXT@"
_MARKS = re.compile(f"({_USER_MARK}|{_ANSWER_MARK})")


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text between two control tokens: `before`, then a text of the row (or none), then `after`.

    `slot` is "user", "answer" or "" for a run that is the same in every row.
    """

    before: str
    slot: str = ""
    after: str = ""

    def fill(self, text: str) -> str:
        """The run's text in one row."""
        return self.before + text + self.after


@dataclass(frozen=True, slots=True)
class ChatLayout:
    """`parts` in order: a control token's id, or a run of text. `trims`: the template strips texts."""

    parts: tuple[int | TextRun, ...]
    trims: bool


def read_layout(tokenizer: Any, system_prompt: str) -> ChatLayout:
    """The layout that `tokenizer`'s chat template gives one question and one answer.

    Raises InputError when it has no template, or one that can't be followed.
    """
    if not tokenizer.chat_template:
        raise InputError(
            "the base model has no chat template",
            hint="choose an instruct model: its tokenizer_config.json or chat_template.jinja has one",
        )
    rendered = _render(tokenizer, system_prompt, f"  {_USER_MARK}  ", f"  {_ANSWER_MARK}  ")
    trims = f"  {_ANSWER_MARK}  " not in rendered
    text = _render(tokenizer, system_prompt, _USER_MARK, _ANSWER_MARK)
    if list(_MARKS.findall(text)) != [_USER_MARK, _ANSWER_MARK]:
        raise InputError("the chat template does not show the question and then the answer, once each")
    return ChatLayout(tuple(_cut(tokenizer, text)), trims)


def control_tokens(tokenizer: Any) -> dict[int, Any]:
    """The tokens that steer a chat (tokenizers.AddedToken) by id."""
    return {number: token for number, token in tokenizer.added_tokens_decoder.items() if token.special}


def _render(tokenizer: Any, system_prompt: str, user: str, answer: str) -> str:
    messages = [{"role": "system", "content": system_prompt}] if system_prompt else []
    messages += [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]
    try:
        return str(tokenizer.apply_chat_template(messages, tokenize=False))
    except Exception as error:  # jinja runs the model's own code: any error is the template's
        hint = "leave system_prompt empty: many templates refuse one" if system_prompt else ""
        raise InputError(f"the base model's chat template fails: {error}", hint=hint) from error


def _cut(tokenizer: Any, text: str) -> list[int | TextRun]:
    """Rendered text as control token ids and runs, in order."""
    controls = control_tokens(tokenizer)
    ids = {token.content: number for number, token in controls.items()}
    longest_first = sorted(controls.values(), key=lambda token: -len(token.content))
    patterns = [_pattern(token) for token in longest_first]
    if not patterns:
        return [_run(text)]
    hits = list(re.finditer("|".join(patterns), text))
    parts: list[int | TextRun] = []
    for end, hit in zip([0, *(hit.end() for hit in hits)], [*hits, None], strict=True):
        between = text[end : hit.start() if hit else len(text)]
        parts += [_run(between)] if between else []
        parts += [ids[hit.group().strip()]] if hit else []
    return parts


def _pattern(token: Any) -> str:
    """A control token, with the white space that it swallows."""
    before = r"\s*" if token.lstrip else ""
    after = r"\s*" if token.rstrip else ""
    return f"{before}{re.escape(token.content)}{after}"


def _run(text: str) -> TextRun:
    pieces = _MARKS.split(text)
    if len(pieces) == 1:
        return TextRun(text)
    if len(pieces) > 3:
        raise InputError("the chat template puts no control token between question and answer")
    return TextRun(pieces[0], "user" if pieces[1] == _USER_MARK else "answer", pieces[2])
