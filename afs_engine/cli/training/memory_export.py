"""`training memory-export`."""

from pathlib import Path

import click

from afs_engine.cli.export_result import print_export
from afs_engine.cli.options import FILE, output_option
from afs_engine.cli.output import json_option


@click.command("memory-export")
@output_option
@click.option(
    "--memory-root", type=FILE, default="~/.context/memory", show_default=True, help="The folder of notes."
)
@click.option("--domain", default="memory", show_default=True, help="The domain of notes that name none.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many samples.")
@json_option
def command(output: Path, memory_root: Path, domain: str, limit: int | None, as_json: bool) -> None:
    """Writes the notes under a folder (.json, .jsonl, .md, .txt) as samples."""
    from afs_engine.runs.files.export import export_file
    from afs_engine.stages.sources.memory import MemoryGenerator

    generator = MemoryGenerator(memory_root.expanduser(), domain=domain)
    print_export(export_file(generator, generator.counts, output, limit=limit), as_json=as_json)
