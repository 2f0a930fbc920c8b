"""`training antigravity-export`."""

from typing import Any

import click

from afs_engine.cli.training.chat_flags import chat_export_flags, export_chats


@click.command("antigravity-export")
@chat_export_flags
def command(**flags: Any) -> None:
    """Writes the questions and final answers of Antigravity sessions as samples."""
    export_chats("antigravity", **flags)
