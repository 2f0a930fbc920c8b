"""`training gemini-export`."""

from typing import Any

import click

from afs_engine.cli.training.chat_flags import chat_export_flags, export_chats


@click.command("gemini-export")
@chat_export_flags
def command(**flags: Any) -> None:
    """Writes the questions and final answers of Gemini CLI sessions as samples."""
    export_chats("gemini", **flags)
