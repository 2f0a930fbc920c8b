"""`training registry-lineage`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option
from afs_engine.data.counted import counted


@click.command("registry-lineage")
@click.argument("label", metavar="NAME[@VERSION]")
@registry_option
@json_option
def command(label: str, registry: Path | None, as_json: bool) -> None:
    """Follows an experiment back: adapter, data, sources, and the versions before it."""
    from afs_engine.runs.files.lineage import trace_lineage

    lineage = trace_lineage(registry, label)
    lines = []
    for version in lineage.versions:
        lines.append(f"{version.label}{f', builds on {version.parent}' if version.parent else ''}")
        if version.adapter:
            lines.append(f"  adapter {version.adapter} {version.adapter_digest[:12]}".rstrip())
        lines += [f"  data {name} {digest[:12]}" for name, digest in version.data.items()]
        for source in version.sources:
            rows = "" if source.rows is None else f", {counted(source.rows, 'sample')}"
            read = f" {source.input_digest[:12]}" if source.input_digest else ""
            lines.append(f"  source {source.name} ({source.kind}{rows}) {source.path}{read}".rstrip())
        lines += [f"  missing: {what}" for what in version.missing]
    print_result(lineage, lines, as_json=as_json)
