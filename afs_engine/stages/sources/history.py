"""The `history` source: a folder of event logs (by custom ~/.context/history/events_YYYYMMDD.jsonl).

Owns the event types and how each becomes a question and an answer; payloads that lie in files of
their own are checked against their sha256. Every event is used or skipped with a count. Format:
SOURCE_FORMATS, section "History".
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from afs_engine.data.input_files import read_input
from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import InputError
from afs_engine.stages.sources.generator import BaseGenerator

_MAX_PAYLOAD_BYTES = 16 << 20

Fields = dict[str, Any]


class SkippedEvent(Exception):  # noqa: N818 - a signal inside this module, not an error
    """Why an event gives no sample."""


class HistoryGenerator(BaseGenerator):
    """Samples from every `events_*.jsonl` under `root`, in file and line order."""

    def __init__(self, root: Path, *, domain: str = "history") -> None:
        super().__init__(name="history", domain=domain)
        self.root = root
        self.counts = RecordCounts()

    def generate(self) -> Iterator[TrainingSample]:
        files = sorted(self.root.glob("events_*.jsonl")) if self.root.is_dir() else []
        if not files:
            raise InputError(
                "there are no events_*.jsonl files here",
                where=self.root,
                hint="pass --history-root DIR, the folder that holds them",
            )
        for path in files:
            yield from self._file(path)

    def _file(self, path: Path) -> Iterator[TrainingSample]:
        for block in read_input(path):
            for bad in block.bad:
                self.counts.read += 1
                self.counts.skip(bad.reason)
            for row in block.rows:
                self.counts.read += 1
                try:
                    sample = self._sample(path, row)
                except SkippedEvent as skipped:
                    self.counts.skip(str(skipped))
                    continue
                self.counts.used += 1
                self.counts.samples += 1
                yield sample

    def _sample(self, path: Path, event: Fields) -> TrainingSample:
        kind = event.get("type")
        reader = _READERS.get(kind) if isinstance(kind, str) else None
        if reader is None:
            self.counts.unknown[str(kind)] += 1
            raise SkippedEvent("unknown type")
        metadata = event.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        fields = reader(event, self._payload(event), metadata)
        if not fields["output"].strip():
            raise SkippedEvent("empty answer")
        if not fields["instruction"].strip():
            raise SkippedEvent("empty question")
        session = metadata.get("session") or metadata.get("session_id") or event.get("id") or ""
        return TrainingSample(
            **fields,
            domain=_text(metadata.get("domain")) or self.domain,
            source=f"history/{path.name}",
            group=f"history/{session}" if session else "",
            provenance={"event": event["id"], "type": kind}
            if isinstance(event.get("id"), str)
            else {"type": kind},
        )

    def _payload(self, event: Fields) -> Fields:
        """The event's payload, inline or from its file. The file must be inside `root` and unharmed."""
        payload, reference = event.get("payload"), event.get("payload_ref")
        if isinstance(payload, dict):
            return payload
        if not isinstance(reference, str):
            raise SkippedEvent("no payload")
        try:
            path = (self.root / reference).resolve()
        except (OSError, ValueError, RuntimeError):  # a NUL in the name, links in a circle
            raise SkippedEvent("payload file missing") from None
        if not path.is_relative_to(self.root.resolve()):
            raise SkippedEvent("payload outside the history folder")
        return _read_payload(path, event.get("payload_sha256"))


def _read_payload(path: Path, expected_sha256: Any) -> Fields:
    try:
        if not path.is_file():  # a pipe would never end
            raise SkippedEvent("payload file missing")
        if path.stat().st_size > _MAX_PAYLOAD_BYTES:
            raise SkippedEvent("payload too large")
        data = path.read_bytes()
    except OSError:
        raise SkippedEvent("payload file missing") from None
    if isinstance(expected_sha256, str) and hashlib.sha256(data).hexdigest() != expected_sha256:
        raise SkippedEvent("payload does not match its sha256")
    try:
        value = msgspec.json.decode(data)
    except (ValueError, RecursionError):
        raise SkippedEvent("payload is not JSON") from None
    if not isinstance(value, dict):
        raise SkippedEvent("payload is not an object")
    return value


def _model_fields(event: Fields, payload: Fields, _metadata: Fields) -> Fields:
    """A completion: the prompt (or the last user message), the response, the system text as input."""
    messages = payload.get("messages")
    turns = [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []
    asked = [_text(m.get("content")) for m in turns if m.get("role") == "user"]
    system = [_text(m.get("content")) for m in turns if m.get("role") == "system"]
    prompt = _text(payload.get("prompt"))
    earlier = [] if prompt else _earlier_turns(turns)
    return {
        "instruction": prompt or (asked[-1] if asked else ""),
        "output": _text(payload.get("response")),
        "input": _text(payload.get("system")) or "\n".join(filter(None, system)),
        "metadata": {"history": earlier} if earlier else {},
    }


def _earlier_turns(turns: list[Fields]) -> list[Fields]:
    """The exchanges before the last question, as role and content."""
    spoken = [m for m in turns if m.get("role") in ("user", "assistant") and _text(m.get("content"))]
    last = max((i for i, m in enumerate(spoken) if m["role"] == "user"), default=0)
    return [{"role": m["role"], "content": m["content"]} for m in spoken[:last]]


def _tool_fields(event: Fields, payload: Fields, metadata: Fields) -> Fields:
    """A tool call that went well: what was called with what, and what it gave."""
    if metadata.get("success") is False:
        raise SkippedEvent("tool call failed")
    name = _text(payload.get("tool")) or _text(payload.get("name")) or _text(event.get("op")) or "tool"
    arguments = payload.get("input", payload.get("arguments"))
    shown = (
        json.dumps(arguments, ensure_ascii=False, sort_keys=True) if arguments not in (None, {}, "") else ""
    )
    output = payload.get("output", payload.get("result"))
    text = (
        output
        if isinstance(output, str)
        else json.dumps(output, ensure_ascii=False)
        if output is not None
        else ""
    )
    return {"instruction": f"Run the tool {name}" + (f" with:\n{shown}" if shown else ""), "output": text}


def _file_fields(event: Fields, payload: Fields, metadata: Fields) -> Fields:
    """A file that was written or read: its path and operation, and its content."""
    path = _text(payload.get("path")) or _text(metadata.get("relative_path"))
    content = payload.get("content")
    if not path or not isinstance(content, str):
        raise SkippedEvent("file event without content")
    return {"instruction": f"{_text(event.get('op')) or 'show'} {path}", "output": content}


def _command_fields(event: Fields, payload: Fields, _metadata: Fields) -> Fields:
    """A command line is an action without an answer: nothing can be learned from it."""
    raise SkippedEvent("command line without an answer")


_READERS: dict[str, Callable[[Fields, Fields, Fields], Fields]] = {
    "model": _model_fields,
    "tool": _tool_fields,
    "fs": _file_fields,
    "cli": _command_fields,
}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
