"""`training memory-export`."""

from pathlib import Path
from typing import Any

import click

from afs_engine.cli.export_result import export_flags, print_export
from afs_engine.cli.options import FILE, output_option
from afs_engine.cli.output import json_option


@click.command("memory-export")
@output_option
@click.option(
    "--memory-root", type=FILE, default="~/.context/memory", show_default=True, help="The folder of notes."
)
@click.option("--domain", default="memory", show_default=True, help="The domain of notes that name none.")
@export_flags
@json_option
def command(output: Path, memory_root: Path, domain: str, as_json: bool, **rules: Any) -> None:
    """Writes the notes under a folder (.json, .jsonl, .md, .txt) as samples."""
    from afs_engine.data.output_paths import refuse_writing_into
    from afs_engine.runs.files.export import ExportRules, export_file
    from afs_engine.stages.sources.memory import MemoryGenerator

    refuse_writing_into(memory_root, output)
    generator = MemoryGenerator(memory_root, domain=domain)
    print_export(export_file(generator, output, ExportRules(**rules)), as_json=as_json)
