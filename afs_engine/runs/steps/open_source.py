"""A source of the recipe on this machine: where it lies, what its digest covers, what reads it.

A kind's reader is imported when a source of that kind is opened: a run that changes nothing loads none.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from afs_engine.data.digest import hash_key
from afs_engine.errors import InputError
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import (
    AnySource,
    ChatSource,
    HistorySource,
    MemorySource,
    OracleSource,
    PythonSource,
)
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.generator import BaseGenerator
from afs_engine.stages.sources.python_class import input_paths, load_generator

if TYPE_CHECKING:
    from afs_engine.stages.sources.chat.generator import ChatGenerator


def source_path(context: StepContext, source: AnySource) -> Path:
    """Where the source lies. Raises InputError when nothing is there."""
    if isinstance(source, ChatSource) and not source.path:
        path = _open_chat(source, None).root
    else:
        path = context.workspace.path(source.path)
    if not path.exists():
        raise InputError(
            f"source '{source.name}' is not there", where=path, hint="check its path in the recipe"
        )
    return path


def source_digest(context: StepContext, source: AnySource, path: Path) -> str:
    """A digest over everything that the source is made from."""
    digests = context.input_digests
    if isinstance(source, PythonSource):
        beside = input_paths(source.args, context.workspace.root)
        return hash_key([digests.of_tree(p) if p.is_dir() else digests.of_file(p) for p in (path, *beside)])
    if isinstance(source, ChatSource):
        units = _open_chat(source, path if source.path else None).list_units()
        return hash_key(
            [[unit.name, *[[file.name, digests.of_file(file)] for file in unit.files]] for unit in units]
        )
    return digests.of_tree(path) if path.is_dir() else digests.of_file(path)


def open_generator(source: AnySource, path: Path, root: Path) -> BaseGenerator:
    """What reads a source that is no sample file; `root` is the recipe's folder."""
    match source:
        case MemorySource():
            from afs_engine.stages.sources.memory import MemoryGenerator

            return MemoryGenerator(path)
        case HistorySource():
            from afs_engine.stages.sources.history import HistoryGenerator

            return HistoryGenerator(path)
        case OracleSource():
            from afs_engine.stages.sources.oracle.generator import OracleGenerator

            return OracleGenerator(path)
        case PythonSource():
            return load_generator(path, source.class_name, source.args, root)
        case ChatSource():
            return _open_chat(source, path if source.path else None)
        case _:
            raise AssertionError(f"{source.kind} is read as a file")


def _open_chat(source: ChatSource, path: Path | None) -> "ChatGenerator":
    from afs_engine.stages.sources.chat_logs import open_chat_logs

    chosen = {name: getattr(source, name) for name in ChatExportOptions.model_fields}
    if source.min_quality_score is not None:
        chosen["limit"] = None  # counted after the floor, which the export step lays
    options = ChatExportOptions(**chosen | {"domain": source.domain or source.name})
    return open_chat_logs(source.kind, path, options)
