"""The `memory` source: notes under a folder (by custom ~/.context/memory), JSON, JSONL, Markdown, text.

Owns the key names of memory entries and the question put to a note that has none. Every entry is
used or skipped with a count. Format: SOURCE_FORMATS, section "Memory".
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from afs_engine.data.display import show_path
from afs_engine.data.input_files import read_input
from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import InputError
from afs_engine.stages.sources.generator import BaseGenerator

_QUESTION = ("instruction", "prompt", "user")
_ANSWER = ("output", "response", "assistant")
_RAW = ("content", "text")
_TAGS = ("tags", "labels", "tag")
_OWN = {*_QUESTION, *_ANSWER, *_RAW, *_TAGS, "input", "thinking", "domain", "source", "_metadata"}
_SUFFIXES = {".jsonl", ".json", ".md", ".txt"}
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_CONTROL_TAGS = {"allow_raw"}

Entry = dict[str, Any]


class MemoryGenerator(BaseGenerator):
    """Samples from every note under `root`, in path order."""

    def __init__(self, root: Path, *, domain: str = "memory") -> None:
        super().__init__(name="memory", domain=domain)
        self.root = root
        self.counts = RecordCounts()

    def generate(self) -> Iterator[TrainingSample]:
        if not self.root.is_dir():
            raise InputError(
                "there is no memory folder here",
                where=self.root,
                hint="pass --memory-root DIR, or make notes first",
            )
        for path in self._files():
            if path.suffix.lower() not in _SUFFIXES:
                self._skip("not a note (.json .jsonl .md .txt)")
                continue
            for number, entry in self._entries(path):
                self.counts.read += 1
                sample = self._sample(path, number, entry)
                if sample is None:
                    continue
                self.counts.used += 1
                self.counts.samples += 1
                yield sample

    def _files(self) -> list[Path]:
        """All files in path order; a folder that may not be looked into is skipped with a count."""
        walk = os.walk(self.root, onerror=lambda _error: self._skip("unreadable folder"))
        found = [Path(folder) / name for folder, _, names in walk for name in names]
        return sorted(path for path in found if path.is_file())

    def _skip(self, reason: str) -> None:
        self.counts.read += 1
        self.counts.skip(reason)

    def _entries(self, path: Path) -> Iterator[tuple[int, Any]]:
        """The entries of one file, numbered from 1 (line of a .jsonl, position in a list)."""
        if path.suffix.lower() == ".jsonl":
            yield from self._jsonl_entries(path)
            return
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            self._skip("not UTF-8")
            return
        except OSError:
            self._skip("unreadable file")
            return
        if path.suffix.lower() != ".json":
            yield 1, {"content": text, "tags": ["allow_raw"]}
            return
        try:
            value = msgspec.json.decode(text)
        except (ValueError, RecursionError):
            self._skip("not JSON")
            return
        yield from enumerate(value if isinstance(value, list) else [value], start=1)

    def _jsonl_entries(self, path: Path) -> Iterator[tuple[int, Any]]:
        try:
            for block in read_input(path):
                for bad in block.bad:
                    self._skip(bad.reason)
                yield from zip(block.numbers, block.rows, strict=True)
        except InputError:
            self._skip("unreadable file")

    def _sample(self, path: Path, number: int, entry: Any) -> TrainingSample | None:
        if not isinstance(entry, dict):
            self.counts.skip("not an object")
            return None
        answer = _first_text(entry, (*_ANSWER, *_RAW))
        if not answer:
            self.counts.skip("no content")
            return None
        place = show_path(path.relative_to(self.root))
        tags = _tags(entry)
        return TrainingSample(
            instruction=_first_text(entry, _QUESTION) or _question_about(path, answer, tags),
            output=answer,
            input=_text(entry.get("input")),
            thinking=_text(entry.get("thinking")),
            domain=_text(entry.get("domain")) or self.domain,
            source=_text(entry.get("source")) or f"memory/{place}",
            group=f"memory/{place}" if path.suffix.lower() in (".md", ".txt") else f"memory/{place}#{number}",
            metadata=_rest(entry) | ({"tags": tags} if tags else {}),
        )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _first_text(entry: Entry, keys: tuple[str, ...]) -> str:
    return next((text for key in keys if (text := _text(entry.get(key)))), "")


def _tags(entry: Entry) -> list[str]:
    """Tags in lower case, in their order, without those that only steer an exporter."""
    found: list[str] = []
    for key in _TAGS:
        value = entry.get(key)
        values = value if isinstance(value, list) else [value]
        found += [tag.lower().strip() for tag in values if isinstance(tag, str)]
    return [tag for tag in dict.fromkeys(found) if tag and tag not in _CONTROL_TAGS]


def _rest(entry: Entry) -> Entry:
    rest = {key: value for key, value in entry.items() if key not in _OWN}
    old = entry.get("_metadata")
    return (old if isinstance(old, dict) else {}) | rest


def _question_about(path: Path, answer: str, tags: list[str]) -> str:
    """A question for a raw note: about its first heading, else its tags, else its file's name."""
    heading = _HEADING.search(answer)
    name = re.sub(r"[_\-]+", " ", path.stem).strip()
    topic = heading.group(1) if heading else ", ".join(tags) or name
    return f"What do my notes say about {topic}?"
