"""`cloud backup`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option
from afs_engine.data.counted import counted


@click.command("backup")
@click.argument("folder", type=FILE)
@click.option("--to", "target", required=True, help="A folder, or an rclone remote such as gdrive:afs.")
@click.option("--name", help="The name it gets there. [default: the folder's]")
@json_option
def command(folder: Path, target: str, name: str | None, as_json: bool) -> None:
    """Copies FOLDER (an adapter, its checkpoints and logs) and verifies every file. Run again to resume."""
    from afs_engine.cli.cloud.words import print_record
    from afs_engine.runs.cloud.backup import back_up

    done = back_up(folder, target, name or folder.absolute().name)
    print_record(
        done,
        [f"{counted(done.files, 'file')}, {done.bytes:,} bytes, verified at {done.target}"],
        as_json=as_json,
    )
