"""The coding agents' logs by vendor: which generator reads them, and where they lie by custom."""

import os
from collections.abc import Mapping
from pathlib import Path

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
            return (
                antigravity.AntigravityGenerator(root, options)
                if root
                else antigravity.open_default(env, options)
            )
        case _:
            raise AssertionError(f"no vendor '{vendor}'")
