"""`training history-export`."""

from pathlib import Path
from typing import Any

import click

from afs_engine.cli.export_result import export_flags, print_export
from afs_engine.cli.options import FILE, output_option
from afs_engine.cli.output import json_option


@click.command("history-export")
@output_option
@click.option(
    "--history-root",
    type=FILE,
    default="~/.context/history",
    show_default=True,
    help="The folder of events_*.jsonl.",
)
@click.option("--domain", default="history", show_default=True, help="The domain of events that name none.")
@export_flags
@json_option
def command(output: Path, history_root: Path, domain: str, as_json: bool, **rules: Any) -> None:
    """Writes earlier sessions' events (model answers, tool results, files) as samples."""
    from afs_engine.runs.files.export import ExportRules, export_file
    from afs_engine.stages.sources.history import HistoryGenerator

    generator = HistoryGenerator(history_root, domain=domain)
    print_export(export_file(generator, output, ExportRules(**rules)), as_json=as_json)
