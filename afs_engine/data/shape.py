"""The shapes of a row that can be trained on, and the one they are all brought to.

Owns the known spellings of a question and its answer in other people's JSONL. Pure functions over
a decoded row; knows nothing of files.
"""

from itertools import chain
from typing import Any

_TEXT_KEYS = ("input", "thinking", "domain", "source", "group")
_QUESTION_KEYS = ("instruction", "prompt", "question", "user")
_ANSWER_KEYS = ("output", "response", "completion", "answer", "assistant")
_PERSON = frozenset({"user", "human"})
_MODEL = frozenset({"assistant", "gpt", "model"})
_LARGEST_SCORE = 3e38  # what the index's 32-bit column can hold

_TURN_BEGINS, _TURN_ENDS = "<|im_start|>", "<|im_end|>"

Row = dict[str, Any]


class ShapeError(ValueError):
    """Why a row can't be trained on, in a few plain words."""


def is_canonical(row: Row) -> bool:
    """True for a row with a non-blank string `instruction` and `output` and sound optional fields."""
    question, answer = row.get("instruction"), row.get("output")
    if type(question) is not str or type(answer) is not str:
        return False
    if not question or question.isspace() or not answer or answer.isspace():
        return False
    for key in _TEXT_KEYS:
        if key in row and type(row[key]) is not str:
            return False
    return "quality_score" not in row or _is_score(row["quality_score"])


def are_canonical(rows: list[Row]) -> bool:
    """Whether all rows are canonical; looks at a key at a time, which is much faster than a row at a time."""
    for key in ("instruction", "output"):
        texts: list[Any] = [row.get(key) for row in rows]
        if not set(map(type, texts)) <= {str} or not all(texts) or any(map(str.isspace, texts)):
            return False
    for key in set(chain.from_iterable(rows)).intersection(_TEXT_KEYS):
        if not {type(row[key]) for row in rows if key in row} <= {str}:
            return False
    scores = [row.get("quality_score") for row in rows]
    return scores.count(None) == len(scores) or all(map(_is_score, scores))


def _is_score(value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return -_LARGEST_SCORE < value < _LARGEST_SCORE


def is_chatml(row: Row) -> bool:
    """Whether the row's `text` is written in ChatML."""
    return str(row.get("text", "")).startswith(_TURN_BEGINS)


def shape_row(row: Row) -> Row:
    """The row with `instruction`, `output` and, where there is one, `input`, as strings.

    Known forms: our own; prompt/response and their like; `messages` (openai); `conversations`
    (sharegpt); `prompt` and `completion` as lists of turns (trl); `text` in ChatML. Other keys are kept.
    Raises ShapeError, naming what is missing.
    """
    if is_canonical(row):
        return row
    if "output" not in row:
        for key, reader in _TURN_LISTS.items():
            if isinstance(row.get(key), list):
                return _checked(reader(row))
        if is_chatml(row):
            return _checked(_from_chatml(row))
    return _checked(_from_pair(row))


def _from_pair(row: Row) -> Row:
    question_key = next((key for key in _QUESTION_KEYS if row.get(key) is not None), None)
    answer_key = next((key for key in _ANSWER_KEYS if row.get(key) is not None), None)
    if question_key is None or answer_key is None:
        missing = "instruction" if question_key is None else "output"
        raise ShapeError(f"the row has no {missing}")
    taken = (question_key, answer_key, "instruction", "output")  # ours are null where another key is taken
    shaped = {"instruction": row[question_key], "output": row[answer_key]}
    return shaped | {k: v for k, v in row.items() if k not in taken}


def _from_messages(row: Row) -> Row:
    pairs = [(message.get("role"), message.get("content")) for message in _dicts(row["messages"])]
    return _from_turns(row, pairs, "messages")


def _from_conversations(row: Row) -> Row:
    turns = _dicts(row["conversations"])
    return _from_turns(row, [(turn.get("from"), turn.get("value")) for turn in turns], "conversations")


def _from_prompt(row: Row) -> Row:
    asked = row.get("prompt")
    turns = [*(asked if isinstance(asked, list) else []), *row["completion"]]
    rest = {k: v for k, v in row.items() if k not in ("prompt", "completion")}
    return _from_messages(rest | {"messages": turns})


def _from_chatml(row: Row) -> Row:
    turns = [turn.removesuffix("\n") for turn in row["text"].split(_TURN_BEGINS)[1:]]
    if not all(turn.endswith(_TURN_ENDS) for turn in turns):
        raise ShapeError(f"a turn of 'text' does not end with {_TURN_ENDS}")
    parted = [turn.removesuffix(_TURN_ENDS).partition("\n") for turn in turns]
    return _from_turns(row, [(who, what) for who, _, what in parted], "text")


_TURN_LISTS = {
    "messages": _from_messages,
    "conversations": _from_conversations,
    "completion": _from_prompt,
}


def _dicts(turns: list[Any]) -> list[Row]:
    if not all(isinstance(turn, dict) for turn in turns):
        raise ShapeError("a turn is not an object")
    return turns


def _from_turns(row: Row, turns: list[tuple[Any, Any]], key: str) -> Row:
    """The last exchange as question and answer; earlier turns are kept in `history`."""
    if not all(isinstance(who, str) for who, _ in turns):
        raise ShapeError("a turn does not name its speaker")
    if len(turns) < 2 or turns[-1][0] not in _MODEL or turns[-2][0] not in _PERSON:
        raise ShapeError(f"'{key}' does not end with a question and its answer")
    if row.get("instruction") not in (None, turns[-2][1]):
        raise ShapeError(f"'{key}' and 'instruction' ask different questions")
    rest = {k: v for k, v in row.items() if k not in (key, "instruction")}
    shaped = {"instruction": turns[-2][1], "output": turns[-1][1]} | rest
    if len(turns) > 2:
        names = dict.fromkeys(_PERSON, "user") | dict.fromkeys(_MODEL, "assistant")
        shaped["history"] = [{"role": names.get(who, who), "content": what} for who, what in turns[:-2]]
    return shaped


def _checked(row: Row) -> Row:
    for key in ("instruction", "output"):
        value = row[key]
        if not isinstance(value, str):
            raise ShapeError(f"'{key}' is not a text")
        if not value or value.isspace():
            raise ShapeError(f"'{key}' is empty")
    for key in _TEXT_KEYS:
        if key in row and row[key] is None:
            row = {k: v for k, v in row.items() if k != key}
        elif key in row and not isinstance(row[key], str):
            raise ShapeError(f"'{key}' is not a text")
    if not _is_score(row.get("quality_score")):
        raise ShapeError("'quality_score' is not a number, or beyond any score")
    return row
