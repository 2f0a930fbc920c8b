"""All texts of a nested JSON value, taken out for redaction and put back.

Walks dicts, lists and tuples in their order. A text is labelled with the key it stands under, with the
`name` or `key` beside a `value`, or with the flag before it in a list of arguments. Keys are gathered
beside the texts. Knows nothing of secrets.
"""

from collections.abc import Iterator
from typing import Any

from afs_engine.stages.redaction.findings import FieldFinding
from afs_engine.stages.redaction.text_edits import Edits, KeyEdits, TextEdits
from afs_engine.stages.redaction.text_groups import LabelledText

_NAMING_KEYS = ("name", "key", "Name", "Key")
_VALUE_KEYS = frozenset({"value", "Value"})
_SHORTEST_NUMBER = 4


def add_texts(value: Any, texts: list[LabelledText], keys: set[str], label: str = "") -> None:
    """Adds all texts at or below `value`, each with its label, in one fixed order, and all keys."""
    if isinstance(value, dict):
        _add_items(value, texts, keys)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            add_texts(item, texts, keys, _label_in_list(value, place) or label)
    elif (text := _text_of(value)) is not None:
        texts.append((text, label))


def rebuild(value: Any, edits: Edits, places: Iterator[int], keys: KeyEdits) -> Any:
    """A copy of the value with its edited texts and keys as they read now.

    `places` gives the places of its texts and goes on behind them; edits of keys go by the key.
    """
    if isinstance(value, dict):
        return _rebuild_dict(value, edits, places, keys)
    if isinstance(value, list | tuple):
        return type(value)([rebuild(item, edits, places, keys) for item in value])
    if _text_of(value) is None:
        return value
    edited = edits.get(next(places))
    return edited.current if edited else value


def list_findings(
    value: Any, path: str, edits: Edits, places: Iterator[int], keys: KeyEdits
) -> list[FieldFinding]:
    """The findings of all edited texts and keys with their paths; `path` is where the value itself stands."""
    return [
        FieldFinding(below, found.start, found.end, found.kind)
        for below, edited in _edited(value, path, edits, places, keys)
        for found in edited.findings()
    ]


def _add_items(holder: dict[str, Any], texts: list[LabelledText], keys: set[str]) -> None:
    """Texts and dicts come first and go by their very type: this is asked of each item of each row."""
    keys.update(holder)
    named = None if _VALUE_KEYS.isdisjoint(holder) else _name_beside(holder)
    for key, item in holder.items():
        label = named if named and key in _VALUE_KEYS else key
        if type(item) is str:
            texts.append((item, label))
        elif type(item) is dict:
            _add_items(item, texts, keys)
        else:
            add_texts(item, texts, keys, label)


def _rebuild_dict(
    value: dict[str, Any], edits: Edits, places: Iterator[int], keys: KeyEdits
) -> dict[str, Any]:
    rebuilt: dict[str, Any] = {}
    for key, item in value.items():
        new_key = keys[key].current if key in keys else key
        while new_key in rebuilt:  # two keys became one: neither value may be lost
            new_key += "_"
        if type(item) is str:
            edited = edits.get(next(places))
            rebuilt[new_key] = edited.current if edited else item
        else:
            rebuilt[new_key] = rebuild(item, edits, places, keys)
    return rebuilt


def _edited(
    value: Any, path: str, edits: Edits, places: Iterator[int], keys: KeyEdits
) -> Iterator[tuple[str, TextEdits]]:
    """The path of each edited text and key; keys in a path are shown as redacted."""
    if isinstance(value, dict):
        for key, item in value.items():
            shown = keys[key].current if key in keys else key
            below = f"{path}.{shown}" if path else shown
            if key in keys:
                yield f"{below}#key", keys[key]
            if type(item) is not str:
                yield from _edited(item, below, edits, places, keys)
            elif edited := edits.get(next(places)):  # most are texts: each would cost a generator of its own
                yield below, edited
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from _edited(item, f"{path}[{position}]", edits, places, keys)
    elif _text_of(value) is not None and (edited := edits.get(next(places))):
        yield path, edited


def _text_of(value: Any) -> str | None:
    """A text, or a whole number long enough to be a secret, as text; None for everything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10**_SHORTEST_NUMBER:
        return str(value)
    return None


def _name_beside(holder: dict[Any, Any]) -> str | None:
    """What a `value` in `holder` is the value of."""
    return next((str(holder[key]) for key in _NAMING_KEYS if isinstance(holder.get(key), str)), None)


def _label_in_list(items: Any, place: int) -> str:
    """The flag before an argument: `["--password", "x"]`."""
    before = items[place - 1] if place else None
    return before.lstrip("-") if isinstance(before, str) and before.startswith("--") else ""
