"""The flags that the exports of all coding agents' logs share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from afs_engine.cli.export_result import export_flags, print_export
from afs_engine.cli.options import FILE, output_option
from afs_engine.cli.output import json_option

_FLAGS = (
    output_option,
    click.option("--root", type=FILE, help="The folder of the logs. [default: where the vendor keeps them]"),
    click.option("--domain", default="general", show_default=True, help="The domain of the samples."),
    click.option(
        "--project", "projects", multiple=True, help="Only projects whose folder has this name or glob."
    ),
    click.option("--since", metavar="YYYY-MM-DD", help="Only questions from this day on."),
    click.option("--until", metavar="YYYY-MM-DD", help="Only questions up to this day."),
    click.option(
        "--tools",
        type=click.Choice(["none", "summary", "full"]),
        default="full",
        show_default=True,
        help="How much of the tool calls goes into `input`.",
    ),
    click.option(
        "--max-tool-chars",
        type=click.IntRange(min=0),
        default=4000,
        show_default=True,
        help="The most characters of tool calls in a sample.",
    ),
    click.option(
        "--thinking/--no-thinking", default=True, show_default=True, help="Keep the model's thinking."
    ),
    click.option(
        "--min-chars", type=click.IntRange(min=1), default=1, show_default=True, help="The shortest answer."
    ),
    click.option("--max-chars", type=click.IntRange(min=1), help="The longest answer."),
    click.option("--multi-turn", is_flag=True, help="One sample a conversation instead of one a question."),
    export_flags,
    json_option,
)
_RULES = ("redact", "min_quality_score", "score_profile", "limit")


def chat_export_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """All flags of a chat export."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def export_chats(vendor: str, output: Path, root: Path | None, as_json: bool, **flags: Any) -> None:
    """Runs one vendor's export with these flags and prints its result."""
    from afs_engine.runs.files.chats import export_chat_logs
    from afs_engine.runs.files.export import ExportRules

    rules = ExportRules(**{name: flags.pop(name) for name in _RULES})
    print_export(export_chat_logs(vendor, root, output, flags, rules), as_json=as_json)
