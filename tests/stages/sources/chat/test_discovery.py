"""What discovery finds in a home folder, and what it remembers."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.records import RecordCounts
from afs_engine.errors import InputError
from afs_engine.stages.sources.chat import scan_processes
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.discovery import SourceFound, discover
from afs_engine.stages.sources.chat.generator import LogUnit
from afs_engine.stages.sources.chat.scan_processes import ScanTask, count_in_processes
from afs_engine.stages.sources.chat.unit_scan import COUNT_ONLY
from afs_engine.stages.sources.claude.generator import ClaudeGenerator
from afs_engine.stages.sources.claude.generator import default_root as claude_root
from afs_engine.stages.sources.codex.generator import CodexGenerator
from afs_engine.stages.sources.codex.generator import default_root as codex_root
from afs_engine.stages.sources.gemini.generator import GeminiGenerator
from afs_engine.stages.sources.gemini.generator import default_root as gemini_root
from tests.stages.sources.antigravity.state_database import KEY, trajectory, write_database
from tests.stages.sources.chat.log_files import write_json, write_lines
from tests.stages.sources.claude.session_lines import SessionLines
from tests.stages.sources.codex import rollout_lines as codex
from tests.stages.sources.gemini import session_messages as gemini

NEWEST_NS = 1_768_039_200_000_000_000


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with every source: two Claude sessions and a sub-agent, one of each of the others."""
    home = tmp_path / "home"
    project = home / ".claude" / "projects" / "-home-dev-oos"
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.turn(2, "Q2", "A2")
    write_lines(project / "one.jsonl", *log.lines)
    write_lines(project / "two.jsonl", *log.lines[:2])
    write_lines(project / "agent-1.jsonl", *log.lines)
    rollout = [codex.header(), codex.user("Q1"), codex.says("A1")]
    write_lines(home / ".codex" / "sessions" / "2026" / codex.NAME, *rollout)
    turn = [gemini.user("m0", "Q1"), gemini.gemini("m1", "A1")]
    chats = home / ".gemini" / "tmp" / "oos" / "chats"
    write_json(chats / "session-a.json", gemini.legacy(*turn))
    write_lines(chats / "session-a.jsonl", gemini.HEADER, *turn)
    state = home / ".config" / "Antigravity" / "User" / "globalStorage" / "state.vscdb"
    entry = trajectory("0f1e2d3c-1111-4222-8333-444455556666", "HUD", {"TaskName": "T", "Message": "M"})
    write_database(state, {KEY: b"\x0a" + bytes([len(entry) & 127 | 128, len(entry) >> 7]) + entry})
    write_lines(home / ".context" / "memory" / "notes" / "a.jsonl", {"content": "x"})
    (home / ".context" / "memory" / "b.md").write_text("note")
    (home / ".context" / "memory" / "c.png").write_text("no")
    write_lines(home / ".context" / "history" / "events_20260110.jsonl", {"id": "x"})
    os.utime(project / "two.jsonl", ns=(NEWEST_NS, NEWEST_NS))
    return home


def summary(found: list[SourceFound]) -> list[tuple[Any, ...]]:
    return [(source.vendor, source.sessions, source.turns, source.samples) for source in found]


EXPECTED = [
    ("claude", 2, 3, 3),
    ("codex", 1, 1, 1),
    ("gemini", 1, 1, 1),
    ("antigravity", 1, 1, 1),
    ("memory", 2, None, None),
    ("history", 1, None, None),
]


def test_every_source_is_found(home: Path) -> None:
    found = discover(home, {})
    assert summary(found) == EXPECTED
    claude = found[0]
    assert claude.root == home / ".claude"
    assert claude.size_bytes == sum(path.stat().st_size for path in (home / ".claude").rglob("*.jsonl"))


def test_what_is_promised_is_what_an_export_gives(home: Path) -> None:
    samples = {source.vendor: source.samples for source in discover(home, {})}
    exporters = [ClaudeGenerator(home / ".claude"), CodexGenerator(home / ".codex")]
    for exporter in [*exporters, GeminiGenerator(home / ".gemini")]:
        assert len(list(exporter.generate())) == samples[exporter.vendor]
        assert exporter.counts.missing == 0


def test_unchanged_files_are_not_opened_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = home / "cache" / "scan.json"
    first = discover(home, {}, cache)
    before = cache.read_bytes()
    opened: list[str] = []
    read_unit = ClaudeGenerator.read_unit

    def note_and_read(self: ClaudeGenerator, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        opened.append(unit.name)
        return read_unit(self, unit, counts)

    for exporter in (ClaudeGenerator, CodexGenerator, GeminiGenerator):
        monkeypatch.setattr(exporter, "read_unit", note_and_read)
    assert discover(home, {}, cache) == first
    assert opened == []
    assert cache.read_bytes() == before
    path = home / ".claude" / "projects" / "-home-dev-oos" / "two.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")
    (path.parent / "one.jsonl").unlink()
    changed = discover(home, {}, cache)
    assert opened == ["projects/-home-dev-oos/two.jsonl"]
    assert summary(changed)[0] == ("claude", 1, 1, 1)
    assert b"one.jsonl" not in cache.read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"version":99,"units":{}}', b'{"version":1,"units":{"a":[1]}}']
)
def test_a_cache_of_another_kind_is_empty(home: Path, content: bytes) -> None:
    cache = home / "scan.json"
    cache.write_bytes(content)
    assert summary(discover(home, {}, cache)) == EXPECTED


def test_the_vendors_variables_are_respected(home: Path, tmp_path: Path) -> None:
    for name in (".claude", ".codex", ".gemini"):
        (home / name).rename(tmp_path / name)
    environment = {
        "CLAUDE_CONFIG_DIR": str(tmp_path / ".claude"),
        "CODEX_HOME": str(tmp_path / ".codex"),
        "GEMINI_CLI_HOME": str(tmp_path),
        "HOME": "/nowhere",
    }
    found = discover(home, environment)
    assert summary(found) == EXPECTED
    assert found[1].root == tmp_path / ".codex"
    assert summary(discover(home, {})) == EXPECTED[3:]
    assert claude_root({"HOME": "/h", "CLAUDE_CONFIG_DIR": ""}) == Path("/h/.claude")
    assert codex_root({"HOME": "/h"}) == Path("/h/.codex")
    assert gemini_root({"HOME": "/h"}) == Path("/h/.gemini")


def test_processes_count_the_same_and_one_that_dies_costs_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = home / ".claude" / "projects" / "-home-dev-oos"
    (project / "two.jsonl").rename(project / os.fsdecode(b"tw\xff.jsonl"))
    generators = [ClaudeGenerator(home / ".claude", COUNT_ONLY), CodexGenerator(home / ".codex", COUNT_ONLY)]
    tasks = [ScanTask(each, unit, len(unit.name)) for each in generators for unit in each.list_units()]
    alone = count_in_processes(tasks, workers=1)
    assert [(count.sessions, count.turns) for count in alone] == [(0, 0), (1, 2), (1, 1), (1, 1)]
    assert count_in_processes(tasks, workers=3) == alone
    assert count_in_processes(tasks, workers=9) == alone
    monkeypatch.setattr(scan_processes, "_WORKER_MODULE", "afs_engine.no_such_worker")
    assert count_in_processes(tasks, workers=2) == alone


def test_an_empty_home(tmp_path: Path) -> None:
    assert discover(tmp_path, {}, tmp_path / "cache.json") == []


def test_an_export_of_a_missing_root_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no claude logs here") as caught:
        list(ClaudeGenerator(tmp_path / "gone").generate())
    assert "CLAUDE_CONFIG_DIR" in caught.value.hint


def test_names_that_are_not_utf8_are_shown(home: Path) -> None:
    project = home / ".claude" / "projects" / "-home-dev-oos"
    (project / "two.jsonl").rename(project / os.fsdecode(b"tw\xff.jsonl"))
    assert summary(discover(home, {}, home / "scan.json")) == EXPECTED
    samples = list(ClaudeGenerator(home / ".claude").generate())
    assert samples[-1].source == "projects/-home-dev-oos/tw\\xff.jsonl"
    assert samples[-1].to_json()
