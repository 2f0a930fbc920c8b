"""Changing a recipe's text and keeping its comments, order and layout: text in, text out.

Pure but for `save_recipe_text`. Knows TOML and paths of keys, not what a key means; whether the
result is a good recipe is `recipe_file`'s to say.
"""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Table

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import RecipeError

KeyPath = tuple[str | int, ...]
Value = str | int | float | bool | list[Any] | dict[str, Any] | None


def edit_recipe_text(text: str, changes: Mapping[KeyPath, Value]) -> str:
    """`text` with each key set to its value; None removes it. Missing tables are made.

    A path's number is the place in an array of tables; one past the last adds a table. Raises
    RecipeError where the text is no TOML or a path leads through a plain value.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise RecipeError(f"not valid TOML: {error}", hint="correct the text first") from None
    for path, value in changes.items():
        _set(document, path, value)
    return tomlkit.dumps(document)


def save_recipe_text(path: Path, text: str) -> None:
    """Writes the recipe, whole or not at all. Raises StorageError."""
    write_atomic(path, text.encode())


def _set(document: Any, path: KeyPath, value: Value) -> None:
    table = document
    for part, following in pairwise(path):
        table = _step(table, part, following, path)
    last = path[-1]
    if value is None:
        _remove(table, last)
    elif isinstance(table, AoT):
        _put_table(table, int(last), value)
    else:
        _put(table, str(last), value)


def _step(table: Any, part: str | int, following: str | int, path: KeyPath) -> Any:
    if isinstance(part, int):
        if part == len(table):
            table.append(tomlkit.table())
        return table[part]
    if part not in table:
        table[part] = tomlkit.aot() if isinstance(following, int) else tomlkit.table()
    inner = table[part]
    if not isinstance(inner, Table | InlineTable | AoT | dict | list):
        raise RecipeError(
            f"'{'.'.join(map(str, path))}' leads through a plain value", hint="remove that first"
        )
    return inner


def _put(table: Any, key: str, value: Value) -> None:
    """Sets a key; the comment that stands behind the old value stays."""
    if key in table and isinstance(table[key], tomlkit.items.Item) and not isinstance(value, dict | list):
        old = table[key]
        new = tomlkit.item(value)
        new.trivia.indent, new.trivia.comment_ws = old.trivia.indent, old.trivia.comment_ws
        new.trivia.comment, new.trivia.trail = old.trivia.comment, old.trivia.trail
        table[key] = new
        return
    if isinstance(value, dict):
        _put_members(table, key, value)
        return
    table[key] = value


def _put_members(table: Any, key: str, members: dict[str, Any]) -> None:
    """Makes a table hold exactly these members; those that stay keep their place."""
    if key not in table or not isinstance(table[key], Table | InlineTable):
        table[key] = tomlkit.inline_table()
    inner = table[key]
    for name in [name for name in inner if name not in members]:
        del inner[name]
    for name, value in members.items():
        _put(inner, name, value)


def _put_table(tables: AoT, place: int, value: Value) -> None:
    table = tomlkit.table()
    table.update(value if isinstance(value, dict) else {})
    table.add(tomlkit.nl())
    if place < len(tables):
        tables[place] = table
    else:
        tables.append(table)


def _remove(table: Any, key: str | int) -> None:
    if isinstance(key, int):
        if key < len(table):
            del table[key]
    elif key in table:
        del table[key]
