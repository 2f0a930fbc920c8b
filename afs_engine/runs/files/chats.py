"""Stand-alone export of the coding agents' logs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from afs_engine.errors import UsageError
from afs_engine.runs.files.export import ExportReport, ExportRules, export_file
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.chat_logs import open_chat_logs


def export_chat_logs(
    vendor: str, root: Path | None, output: Path, options: Mapping[str, Any], rules: ExportRules
) -> ExportReport:
    """Writes one vendor's samples. Raises UsageError for options that can't be, InputError without logs."""
    try:
        chosen = ChatExportOptions.model_validate(dict(options))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = "--" + "-".join(str(part) for part in problem["loc"]).replace("_", "-")
        message = problem["msg"].removeprefix("Value error, ")
        raise UsageError(f"{name}: {message}" if problem["loc"] else message, hint="see --help") from None
    return export_file(open_chat_logs(vendor, root, chosen), output, rules)
