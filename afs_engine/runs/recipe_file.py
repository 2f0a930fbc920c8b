"""Reading a recipe from TOML, with errors that name the file, the line and the nearest key.

Owns the mapping from a key's path to its line. Knows TOML and the recipe's model, not its meaning.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from afs_engine.errors import RecipeError, Where, nearest_hint
from afs_engine.runs.recipe import Recipe
from afs_engine.runs.recipe_check import find_contradiction

_MAX_BYTES = 4 << 20
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)

# A string that spans lines, or what may hold its quotes without beginning one: other strings, comments.
_STRING_OR_COMMENT = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*''', re.DOTALL
)

KeyPath = tuple[str | int, ...]


def load_recipe(path: Path, text: str | None = None) -> Recipe:
    """The recipe at `path`, or `text` as if it stood there. Raises RecipeError with file, line and hint."""
    text = _read(path) if text is None else text
    data = _parse(text, path)
    try:
        recipe = Recipe.model_validate(data)
        # a text or a truth value is no number; strict as JSON, in which a list may be a tuple
        Recipe.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        raise _explain(error, text, path) from None
    if found := find_contradiction(recipe):
        where = Where(path, _line_of(found.key, key_lines(text)))
        raise RecipeError(found.what, where=where, hint=found.hint)
    return recipe


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()[: _MAX_BYTES + 1]
    except IsADirectoryError:
        raise RecipeError(
            "this is a folder", where=path, hint=f"did you mean {path / 'recipe.toml'}?"
        ) from None
    except OSError as error:
        raise RecipeError(
            f"can't read the recipe: {error.strerror}", where=path, hint="`afs-engine init DIR` writes one"
        ) from None
    if len(data) > _MAX_BYTES:
        raise RecipeError(
            "the recipe is larger than 4 MB", where=path, hint="data belongs into files beside it"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RecipeError(
            "the recipe is not UTF-8", where=Where(path, line), hint="save it as UTF-8"
        ) from None


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found.group(1)) if found else None
        what = re.sub(r"\s*\(at [^)]*\)$", "", str(error))
        raise RecipeError(f"not valid TOML: {what}", where=Where(path, line), hint="fix this line") from None
    except RecursionError:
        raise RecipeError("the recipe is nested too deeply", where=path, hint="flatten it") from None


def _explain(error: ValidationError, text: str, path: Path) -> RecipeError:
    """The first problem in reading order, in words."""
    lines = key_lines(text)
    problems = [(_line_of(_plain_path(p["loc"]), lines), p) for p in error.errors(include_url=False)]
    # a key that is missing may be the one that is written wrong: the wrong one says more
    line, problem = min(problems, key=lambda each: (each[1]["type"] == "missing", each[0] or 0))
    place = _plain_path(problem["loc"])
    name = ".".join(str(part) for part in place)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    where = Where(path, line)
    if problem["type"] == "extra_forbidden":
        hint = nearest_hint(str(place[-1]), _known_keys(place[:-1], problem["loc"]))
        return RecipeError(f"unknown key '{name}'{more}", where=where, hint=hint)
    if problem["type"] in ("missing", "union_tag_not_found"):
        return RecipeError(f"'{name}' is missing{more}", where=where, hint="add it; see `afs-engine init`")
    if problem["type"] == "union_tag_invalid":
        tags = re.findall(r"'([a-z]+)'", str(problem.get("ctx", {}).get("expected_tags", "")))
        kind = str(problem.get("ctx", {}).get("tag"))
        return RecipeError(f"unknown kind '{kind}'{more}", where=where, hint=nearest_hint(kind, tags))
    message = problem["msg"].removeprefix("Value error, ")
    about = f"'{name}': " if place else ""
    return RecipeError(f"{about}{message[:1].lower()}{message[1:]}{more}", where=where, hint=_got(problem))


def _got(problem: Any) -> str:
    value = problem.get("input")
    return f"found {value!r}" if isinstance(value, str | int | float | bool) else "correct this key"


def _plain_path(location: tuple[str | int, ...]) -> KeyPath:
    """The key's path without the tags that a union of sources puts into it."""
    if len(location) == 2 and location[0] == "sources":
        return (*location, "kind")  # only the kind is judged there
    if len(location) > 2 and location[0] == "sources":
        return (*location[:2], *location[3:])
    return location


def _known_keys(place: KeyPath, location: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at `place` may have."""
    model: Any = Recipe
    is_table_of_tables = False  # then the next part is a name that the person chose
    for part in place:
        if isinstance(part, int):
            tag = location[2] if len(location) > 2 else None
            model = next((m for m in get_args(model) if tag in _kinds_of(m)), None)
            continue
        field = _fields(model).get(part)
        if field is not None:
            model = _model_in(field.annotation)
        elif not is_table_of_tables:
            return []
        is_table_of_tables = field is not None and get_origin(field.annotation) is dict
    return list(_fields(model))


def _fields(model: Any) -> dict[str, Any]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> Any:
    """The model inside list[...], dict[..., ...], X | None; unions of sources stay a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [a for a in get_args(annotation) if a is not type(None)]
    if get_origin(annotation) is list and inner:
        found = get_args(inner[0])
        return found[0] if found else inner[0]
    models = [a for a in inner if isinstance(a, type) and issubclass(a, BaseModel)]
    return models[0] if len(models) == 1 else Union[tuple(models)] if models else None  # noqa: UP007


def _kinds_of(model: Any) -> tuple[str, ...]:
    kind = model.model_fields.get("kind") if hasattr(model, "model_fields") else None
    return get_args(kind.annotation) if kind else ()


def key_lines(text: str) -> dict[KeyPath, int]:
    """The 1-based line of every table header and key that stands on a line of its own."""
    lines: dict[KeyPath, int] = {(): 1}
    counts: dict[str, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(_on_one_line(text).split("\n"), start=1):
        if header := _HEADER.match(line):
            table = _table_path(header.group(1), header.group(2), counts)
            found = table
        elif key := _KEY.match(line):
            found = (*table, *_split_key(key.group(1)))
        else:
            continue
        for length in range(1, len(found) + 1):  # `[a.b]` and `a.b = 1` make the table a, too
            lines.setdefault(found[:length], number)
    return lines


def _on_one_line(text: str) -> str:
    """The text with strings that span lines emptied, so that what they hold is not taken for keys."""

    def emptied(match: re.Match[str]) -> str:
        found = match.group()
        return '""' + "\n" * found.count("\n") if found.startswith(('"""', "'''")) else found

    return _STRING_OR_COMMENT.sub(emptied, text)


def _table_path(brackets: str, name: str, counts: dict[str, int]) -> KeyPath:
    parts = _split_key(name)
    if brackets == "[[":
        counts[name] = counts.get(name, -1) + 1
        return (*parts, counts[name])
    if parts and parts[0] in counts and len(parts) > 1:
        return (parts[0], counts[parts[0]], *parts[1:])
    return tuple(parts)


def _split_key(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in name.split(".")]


def _line_of(place: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """The line of the key, or of the nearest table that holds it."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None
