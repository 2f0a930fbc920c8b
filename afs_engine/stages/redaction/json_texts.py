"""All texts of a nested JSON value, taken out for redaction and put back.

Walks dicts, lists and tuples in their order; keys are texts too. A text is labelled with the key it
stands under, with the `name` or `key` beside a `value`, or with the flag before it in a list of
arguments. Knows nothing of secrets.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from afs_engine.stages.redaction.findings import FieldFinding
from afs_engine.stages.redaction.scanner import LabelledText
from afs_engine.stages.redaction.text_edits import TextEdits

_NAMING_KEYS = ("name", "key", "Name", "Key")
_VALUE_KEYS = frozenset({"value", "Value"})
_SHORTEST_NUMBER = 4


def list_texts(value: Any) -> list[LabelledText]:
    """All texts at or below `value`, each with its label, in one fixed order: a text's place."""
    texts: list[LabelledText] = []
    _collect(value, "", texts)
    return texts


def rebuild(value: Any, edits: Mapping[int, TextEdits], first: int = 0) -> Any:
    """A copy of the value with the edited texts, by their places, as they read now.

    `first` is the place of the value's first text, where others come before it.
    """
    return _rebuild(value, edits, count(first))


def list_findings(
    value: Any, edits: Mapping[int, TextEdits], path: str = "", first: int = 0
) -> list[FieldFinding]:
    """The findings of all edited texts with their paths; `path` is where the value itself stands."""
    return [
        FieldFinding(place_path, found.start, found.end, found.kind)
        for place_path, place in _paths(value, path, edits, count(first))
        if place in edits
        for found in edits[place].findings()
    ]


def _collect(value: Any, label: str, texts: list[LabelledText]) -> None:
    if isinstance(value, str):
        texts.append((value, label))
    elif isinstance(value, dict):
        append = texts.append
        for key, item in value.items():
            name = key if type(key) is str else str(key)
            append((name, ""))
            if name in _VALUE_KEYS:
                _collect(item, _label_of(value, name), texts)
            elif type(item) is str:  # most are: a call for each would cost as much as the rest
                append((item, name))
            else:
                _collect(item, name, texts)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _collect(item, _label_in_list(value, place) or label, texts)
    elif (text := _text_of(value)) is not None:
        texts.append((text, label))


def _rebuild(value: Any, edits: Mapping[int, TextEdits], places: Iterator[int]) -> Any:
    if isinstance(value, dict):
        return _rebuild_dict(value, edits, places)
    if isinstance(value, list | tuple):
        return type(value)([_rebuild(item, edits, places) for item in value])
    if _text_of(value) is None:
        return value
    edited = edits.get(next(places))
    return edited.current if edited else value


def _rebuild_dict(
    value: dict[Any, Any], edits: Mapping[int, TextEdits], places: Iterator[int]
) -> dict[Any, Any]:
    rebuilt: dict[Any, Any] = {}
    for key, item in value.items():
        edited = edits.get(next(places))
        new_key = edited.current if edited else key
        while new_key in rebuilt:  # two keys became one: neither value may be lost
            new_key += "_"
        rebuilt[new_key] = _rebuild(item, edits, places)
    return rebuilt


def _paths(
    value: Any, path: str, edits: Mapping[int, TextEdits], places: Iterator[int]
) -> Iterator[tuple[str, int]]:
    """(path, place) of each text, and of each key that was edited; keys in a path are shown as redacted."""
    if isinstance(value, dict):
        for key, item in value.items():
            edited = edits.get(place := next(places))
            shown = edited.current if edited else str(key)
            below = f"{path}.{shown}" if path else shown
            if edited:
                yield f"{below}#key", place
            if isinstance(item, str):  # most are: each would cost a generator of its own
                yield below, next(places)
            else:
                yield from _paths(item, below, edits, places)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from _paths(item, f"{path}[{position}]", edits, places)
    elif _text_of(value) is not None:
        yield path, next(places)


def _text_of(value: Any) -> str | None:
    """A text, or a whole number long enough to be a secret, as text; None for everything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10**_SHORTEST_NUMBER:
        return str(value)
    return None


def _label_of(holder: dict[Any, Any], key: str) -> str:
    """The key itself, or for a `value` the name that stands beside it."""
    if key in _VALUE_KEYS:
        return next((str(holder[name]) for name in _NAMING_KEYS if isinstance(holder.get(name), str)), key)
    return key


def _label_in_list(items: Any, place: int) -> str:
    """The flag before an argument: `["--password", "x"]`."""
    before = items[place - 1] if place else None
    return before.lstrip("-") if isinstance(before, str) and before.startswith("--") else ""
