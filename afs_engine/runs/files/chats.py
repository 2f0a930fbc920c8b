"""Stand-alone export of the coding agents' logs: which vendor is where, and its generator."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from afs_engine.errors import UsageError
from afs_engine.runs.files.export import ExportReport, ExportRules, export_file
from afs_engine.stages.sources.antigravity import generator as antigravity
from afs_engine.stages.sources.chat.generator import ChatGenerator
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.claude import generator as claude
from afs_engine.stages.sources.codex import generator as codex
from afs_engine.stages.sources.gemini import generator as gemini


def open_chat_logs(
    vendor: str, root: Path | None, options: ChatExportOptions, env: Mapping[str, str] = os.environ
) -> ChatGenerator:
    """The vendor's generator over `root`, or over the place where the vendor keeps its logs."""
    match vendor:
        case "claude":
            return claude.ClaudeGenerator(root or claude.default_root(env), options)
        case "codex":
            return codex.CodexGenerator(root or codex.default_root(env), options)
        case "gemini":
            return gemini.GeminiGenerator(root or gemini.default_root(env), options)
        case "antigravity":
            return antigravity.AntigravityGenerator(root or antigravity.default_root(env), options)
        case _:
            raise AssertionError(f"no vendor '{vendor}'")


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
    where = root.expanduser() if root else None
    return export_file(open_chat_logs(vendor, where, chosen), output, rules)
