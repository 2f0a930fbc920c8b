"""How many tokens the rows of a file have, before any training package is loaded.

Characters are counted; how many of them make a token is taken from a sample where the base's tokenizer
is on this machine, else from what such tokenizers usually do. It must not know how tokens are used.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from afs_engine.stages.training.base_check import local_base
from afs_engine.stages.training.chat_rows import ChatRow, read_chat_rows
from afs_engine.stages.training.forecast.bands import Band
from afs_engine.stages.training.settings import NANO, TrainSettings

_TOKENS_A_TURN = 5  # the template's own, around each text
_SAMPLED_ROWS = 100
_NANO_CHARS = 2.6  # a token of a vocabulary learnt on the data: 1,024 entries
_USUAL_CHARS = 3.4  # code and English under vocabularies of 32,000 to 152,000 entries


def read_row_tokens(path: Path, settings: TrainSettings) -> tuple[list[float], Band]:
    """The tokens that each row of the file most likely has, and how wrong that may be (as factors)."""
    rows = list(read_chat_rows(path))
    thinks = settings.thinking == "train"
    characters = [_characters(row, thinks) + len(settings.system_prompt) for row in rows]
    turns = [len(row.turns) + bool(settings.system_prompt) for row in rows]
    ratio, doubt = _chars_a_token(rows, settings.base_model)
    tokens = [count / ratio + _TOKENS_A_TURN * each for count, each in zip(characters, turns, strict=True)]
    return tokens, doubt


def _characters(row: ChatRow, thinks: bool) -> int:
    return sum(len(turn.text) for turn in row.turns) + (len(row.thinking) if thinks else 0)


def _chars_a_token(rows: Sequence[ChatRow], base_model: str) -> tuple[float, Band]:
    if base_model == NANO:
        return _NANO_CHARS, Band(low=0.75, expected=1.0, high=1.3)
    folder = local_base(base_model)
    engine = _open_tokenizer(folder / "tokenizer.json") if folder else None
    if engine is None:
        return _USUAL_CHARS, Band(low=0.7, expected=1.0, high=1.4)
    step = max(1, len(rows) // _SAMPLED_ROWS)
    texts = [turn.text for row in rows[::step] for turn in row.turns]
    tokens = sum(len(engine.encode(text, add_special_tokens=False).ids) for text in texts)
    return sum(map(len, texts)) / max(1, tokens), Band(low=0.93, expected=1.0, high=1.07)


def _open_tokenizer(path: Path) -> Any:
    """The tokenizer in a file; None where there is none, or no package that reads it."""
    if not path.is_file() or importlib.util.find_spec("tokenizers") is None:
        return None
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception:  # noqa: BLE001 - the package raises nothing narrower for a damaged file
        return None
