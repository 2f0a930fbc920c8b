"""The layout of a chat under a model's own template: which tokens stand where, what is trained.

The template is rendered once for each order of roles, with marks in place of the texts, and cut at
its control tokens. Text between two control tokens is then tokenised as one run in which no control
token can arise, so a `<|im_start|>` in the data stays plain text. It must not know files or rules for
bad rows.
"""

import re
from dataclasses import dataclass
from typing import Any

from afs_engine.errors import InputError

_MARK = "@AFS-TEXT-{}@"
_MARKS = re.compile(r"@AFS-TEXT-(\d+)@")
_THOUGHT = "@AFS-THOUGHT@"

Roles = tuple[str, ...]
EXCHANGE: Roles = ("user", "assistant")


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text between two control tokens: `before`, then the text of a turn (or none), then `after`.

    `turn` is the turn's place in the row, None for a run that is the same in every row.
    """

    before: str
    turn: int | None = None
    after: str = ""

    def fill(self, text: str) -> str:
        """The run's text in one row."""
        return self.before + text + self.after


@dataclass(frozen=True, slots=True)
class ChatLayout:
    """`parts` in order: a control token's id, or a run of text; `trims` are the turns whose text the
    template strips."""

    parts: tuple[int | TextRun, ...]
    trims: frozenset[int]


class ChatTemplate:
    """A tokenizer's chat template, asked for one order of roles after the other.

    `system_prompt` comes before rows that have no system turn of their own.
    """

    def __init__(self, tokenizer: Any, system_prompt: str) -> None:
        if not tokenizer.chat_template:
            raise InputError(
                "the base model has no chat template",
                hint="choose an instruct model: its tokenizer_config.json or chat_template.jinja has one",
            )
        self._tokenizer = tokenizer
        self._system_prompt = system_prompt
        self._layouts: dict[tuple[Roles, bool], ChatLayout | InputError] = {}

    def layout(self, roles: Roles, thinks: bool = False) -> ChatLayout:
        """The layout of turns with these roles; `thinks`: the last one begins with a <think> block.

        Raises InputError where the template can't show them, or not so that it can be followed.
        """
        key = (roles, thinks)
        if key not in self._layouts:
            try:
                self._layouts[key] = self._read(roles, thinks)
            except InputError as error:
                self._layouts[key] = error
        found = self._layouts[key]
        if isinstance(found, InputError):
            raise found
        return found

    def _read(self, roles: Roles, thinks: bool) -> ChatLayout:
        marks = [_MARK.format(turn) for turn in range(len(roles))]
        spaced = self._render(roles, [f"  {mark}  " for mark in marks])
        trims = frozenset(turn for turn, mark in enumerate(marks) if f"  {mark}  " not in spaced)
        text = self._render_thought(roles, marks) if thinks else self._render(roles, marks)
        if _MARKS.findall(text) != [str(turn) for turn in range(len(roles))]:
            raise InputError("the chat template does not show every turn in its order, once each")
        return ChatLayout(tuple(_cut(self._tokenizer, text)), trims)

    def _render(self, roles: Roles, texts: list[str]) -> str:
        prompt = self._system_prompt if "system" not in roles else ""
        messages = [{"role": "system", "content": prompt}] if prompt else []
        messages += [{"role": role, "content": text} for role, text in zip(roles, texts, strict=True)]
        try:
            return str(self._tokenizer.apply_chat_template(messages, tokenize=False))
        except Exception as error:  # jinja runs the model's own code: any error is the template's
            hint = "leave system_prompt empty: many templates refuse one" if prompt else ""
            raise InputError(f"the base model's chat template fails: {error}", hint=hint) from error

    def _render_thought(self, roles: Roles, marks: list[str]) -> str:
        """Rendered with a thinking block in the last turn, which then stands for block and answer."""
        block = thinking_block(_THOUGHT, marks[-1])
        text = self._render(roles, [*marks[:-1], block])
        if block not in text or "<think>" in {t.content for t in control_tokens(self._tokenizer).values()}:
            raise InputError(
                "the base model's chat template leaves thinking out", hint='set thinking = "drop"'
            )
        return text.replace(block, marks[-1])


def thinking_block(thinking: str, answer: str) -> str:
    """An answer after its thinking, as Qwen3, DeepSeek-R1 and their like write it."""
    return f"<think>\n{thinking}\n</think>\n\n{answer}"


def control_tokens(tokenizer: Any) -> dict[int, Any]:
    """The tokens that steer a chat (tokenizers.AddedToken) by id."""
    return {number: token for number, token in tokenizer.added_tokens_decoder.items() if token.special}


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
    return TextRun(pieces[0], int(pieces[1]), pieces[2])
