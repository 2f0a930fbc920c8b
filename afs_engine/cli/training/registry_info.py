"""`training registry-info`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option


@click.command("registry-info")
@click.argument("name")
@registry_option
@json_option
def command(name: str, registry: Path | None, as_json: bool) -> None:
    """Shows one experiment: NAME (its latest version) or NAME@VERSION."""
    from afs_engine.runs.files.register import find_experiment

    found = find_experiment(registry, name)
    lines = [f"{found.label}{' (in use)' if found.promoted else ''}"]
    lines += _show(found.model_dump(exclude={"name", "version", "promoted", "promotions"}), "  ")
    lines += [f"  {step.at} {step.action}: {step.name}@{step.version}" for step in found.promotions]
    print_result(found, lines, as_json=as_json)


def _show(values: Mapping[str, Any], indent: str) -> list[str]:
    """A line a value, nested ones further in; what is empty or was not measured has none."""
    lines: list[str] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            inner = _show(value, indent + "  ")
            lines += [f"{indent}{name}:", *inner] if inner else []
        elif value not in (None, "", [], ()):
            lines.append(f"{indent}{name}: {_text(value)}")
    return lines


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) >= 0.1 else f"{value:g}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
