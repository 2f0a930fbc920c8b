"""All texts of a nested JSON value, taken out for redaction and put back.

Walks dicts, lists and tuples in their order; keys are texts too. A text is labelled with the key it
stands under, with the `name` or `key` beside a `value`, or with the flag before it in a list of
arguments. Knows nothing of secrets.
"""

from collections.abc import Iterator
from typing import Any

from afs_engine.stages.redaction.findings import FieldFinding
from afs_engine.stages.redaction.text_edits import TextEdits

_NAMING_KEYS = ("name", "key", "Name", "Key")
_VALUE_KEYS = frozenset({"value", "Value"})
_SHORTEST_NUMBER = 4


class JsonTexts:
    """The texts of `value` as edits, in one fixed order. `path` is where the value itself stands."""

    def __init__(self, value: Any, path: str = "") -> None:
        self._value = value
        self._path = path
        self.edits = [TextEdits(text, label) for text, label in _walk(value, "")]

    @property
    def changed(self) -> bool:
        """True when any of the texts was changed."""
        return any(edits.changed for edits in self.edits)

    def rebuild(self) -> Any:
        """A copy of the value with each text as it reads now; the value itself where none was changed."""
        return _rebuild(self._value, iter(self.edits)) if self.changed else self._value

    def findings(self) -> list[FieldFinding]:
        """The findings of all texts with their paths."""
        if not self.changed:
            return []
        return [
            FieldFinding(path, found.start, found.end, found.kind)
            for path, edits in _paths(self._value, self._path, iter(self.edits))
            if edits.changed
            for found in edits.findings()
        ]


def _walk(value: Any, label: str) -> Iterator[tuple[str, str]]:
    """(text, label) of each text at or below `value`."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key), ""
            yield from _walk(item, _label_of(value, str(key)))
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _walk(item, _label_in_list(value, place) or label)
    elif (text := _text_of(value)) is not None:
        yield text, label


def _rebuild(value: Any, edits: Iterator[TextEdits]) -> Any:
    if isinstance(value, dict):
        return _rebuild_dict(value, edits)
    if isinstance(value, list | tuple):
        return type(value)([_rebuild(item, edits) for item in value])
    if _text_of(value) is None:
        return value
    edited = next(edits)
    return edited.current if edited.changed else value


def _rebuild_dict(value: dict[Any, Any], edits: Iterator[TextEdits]) -> dict[Any, Any]:
    rebuilt: dict[Any, Any] = {}
    for key, item in value.items():
        edited = next(edits)
        new_key = edited.current if edited.changed else key
        while new_key in rebuilt:  # two keys became one: neither value may be lost
            new_key += "_"
        rebuilt[new_key] = _rebuild(item, edits)
    return rebuilt


def _paths(value: Any, path: str, edits: Iterator[TextEdits]) -> Iterator[tuple[str, TextEdits]]:
    """(path, edits) of each text; keys in a path are shown as redacted."""
    if isinstance(value, dict):
        for item in value.values():
            key = next(edits)
            below = f"{path}.{key.current}" if path else key.current
            yield f"{below}#key", key
            yield from _paths(item, below, edits)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _paths(item, f"{path}[{place}]", edits)
    elif _text_of(value) is not None:
        yield path, next(edits)


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
