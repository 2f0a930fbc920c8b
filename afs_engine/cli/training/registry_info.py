"""`training registry-info`."""

from pathlib import Path

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
    for key, value in found.model_dump(exclude={"name", "version", "promoted", "promotions"}).items():
        if isinstance(value, dict):
            lines += [f"  {key}:"] + [
                f"    {k}: {v}" for k, v in value.items() if v not in (None, "", {}, [])
            ]
        elif value not in (None, "", []):
            lines.append(f"  {key}: {', '.join(value) if isinstance(value, list) else value}")
    lines += [f"  {step.at} {step.action}: {step.name}@{step.version}" for step in found.promotions]
    print_result(found, lines, as_json=as_json)
