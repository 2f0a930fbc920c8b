"""`training oracle-export`."""

from pathlib import Path
from typing import Any

import click

from afs_engine.cli.export_result import export_flags, print_export
from afs_engine.cli.options import FILE, output_option
from afs_engine.cli.output import json_option


@click.command("oracle-export")
@click.option("--oracle-path", type=FILE, required=True, help="The source tree (assembly and Markdown docs).")
@output_option
@export_flags
@json_option
def command(oracle_path: Path, output: Path, as_json: bool, **rules: Any) -> None:
    """Writes a source tree's docs, routines, defines, memory maps and quests as samples."""
    from afs_engine.runs.files.export import ExportRules, export_file
    from afs_engine.stages.sources.oracle.generator import OracleGenerator

    generator = OracleGenerator(oracle_path)
    print_export(export_file(generator, output, ExportRules(**rules)), as_json=as_json)
