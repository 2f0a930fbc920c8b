"""The memory source on a folder of notes as people have them: exact samples, and every entry counted."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.sample import TrainingSample
from afs_engine.errors import InputError
from afs_engine.stages.sources.memory import MemoryGenerator

NOTE = "# Timing\n\nAck $4210 before DMA.\n"


def put(root: Path, name: str, *entries: Any) -> Path:
    """A file of raw bytes, of text, or of JSON lines."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if entries and isinstance(entries[0], bytes):
        path.write_bytes(entries[0])
    elif name.endswith(".jsonl"):
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    elif name.endswith(".json"):
        path.write_text(json.dumps(entries[0]), encoding="utf-8")
    else:
        path.write_text(entries[0], encoding="utf-8")
    return path


def export(root: Path) -> tuple[list[TrainingSample], MemoryGenerator]:
    generator = MemoryGenerator(root)
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    assert generator.counts.used == generator.counts.samples == len(samples)
    return samples, generator


def only(root: Path) -> TrainingSample:
    (sample,) = export(root)[0]
    return sample


def test_the_documented_entry(tmp_path: Path) -> None:
    entry: dict[str, Any] = {
        "instruction": "Where is Link's health kept?",
        "output": "Current health is one byte at $7EF36D, eight units per heart.",
        "tags": ["asm", "RAM"],
        "confidence": 0.9,
    }
    put(tmp_path, "facts/ram.jsonl", entry)
    assert only(tmp_path) == TrainingSample(
        instruction=entry["instruction"],
        output=entry["output"],
        domain="memory",
        source="memory/facts/ram.jsonl",
        group="memory/facts/ram.jsonl#1",
        metadata={"confidence": 0.9, "tags": ["asm", "ram"]},
    )


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"prompt": " q ", "response": " a\n"}, ("q", "a", "", "")),
        ({"user": "q", "assistant": "a", "input": "i", "thinking": "t"}, ("q", "a", "i", "t")),
        ({"instruction": "", "prompt": "q", "output": None, "response": "a"}, ("q", "a", "", "")),
        ({"instruction": "q", "content": "raw"}, ("q", "raw", "", "")),
        ({"instruction": "q", "output": "a", "content": "raw"}, ("q", "a", "", "")),
        ({"text": "raw", "tags": "ASM"}, ("What do my notes say about asm?", "raw", "", "")),
        (
            {"content": "raw", "tags": ["allow_raw"], "labels": ["RAM", "dma"], "tag": "ram"},
            ("What do my notes say about ram, dma?", "raw", "", ""),
        ),
        (
            {"content": "raw", "tags": ["allow_raw", 3]},
            ("What do my notes say about my notes?", "raw", "", ""),
        ),
        (
            {"content": "## The HUD ##\nraw"},
            ("What do my notes say about The HUD?", "## The HUD ##\nraw", "", ""),
        ),
    ],
)
def test_every_spelling_of_an_entry(tmp_path: Path, entry: dict[str, Any], expected: tuple[str, ...]) -> None:
    put(tmp_path, "my-notes.jsonl", entry)
    sample = only(tmp_path)
    assert (sample.instruction, sample.output, sample.input, sample.thinking) == expected


def test_an_entry_may_name_its_domain_and_source_and_carry_metadata(tmp_path: Path) -> None:
    entry = {
        "instruction": "q",
        "output": "a",
        "domain": "asm",
        "source": "wiki",
        "_metadata": {"page": 3, "author": "old"},
        "author": "new",
    }
    put(tmp_path, "a.json", entry)
    sample = only(tmp_path)
    assert (sample.domain, sample.source) == ("asm", "wiki")
    assert sample.metadata == {"page": 3, "author": "new"}


def test_files_in_path_order_and_lists_of_entries(tmp_path: Path) -> None:
    put(tmp_path, "b.json", [{"content": "one"}, {"content": "two"}])
    put(tmp_path, "a/z.md", NOTE)
    put(tmp_path, "c.TXT", "plain text")
    put(tmp_path, "a.json", {"content": "first"})
    samples, _ = export(tmp_path)
    assert [(s.group, s.instruction) for s in samples] == [
        ("memory/a/z.md", "What do my notes say about Timing?"),
        ("memory/a.json#1", "What do my notes say about a?"),
        ("memory/b.json#1", "What do my notes say about b?"),
        ("memory/b.json#2", "What do my notes say about b?"),
        ("memory/c.TXT", "What do my notes say about c?"),
    ]
    assert samples[0].output == NOTE.strip()


def test_everything_that_gives_no_sample_is_counted_with_its_reason(tmp_path: Path) -> None:
    put(
        tmp_path,
        "a.jsonl",
        b'{"content": "good"}\n\n{"content": "good too"}\n{oops}\n{"content": ""}\n[1]\n'
        b'{"instruction": "q"}\n'
        b'{"content": "\xff"}\n{"content": "\\ud83d"}\n{"content": 5}\n{"content": "torn',
    )
    put(tmp_path, "b.json", b'{"content": ')
    put(tmp_path, "c.json", ["text", {"content": " "}, {"content": "listed"}, None])
    put(tmp_path, "d.json", b'{"content": "half a character: \\ud83d"}')
    put(tmp_path, "e.md", b"caf\xe9")
    put(tmp_path, "f.md", " \n")
    put(tmp_path, "g.jsonl", b"\x89PNG\r\n\x1a\n")
    put(tmp_path, "h.json", b"[" * 100_000)
    put(tmp_path, "i.png", b"\x89PNG")
    put(tmp_path, "j.jsonl", b"")
    samples, generator = export(tmp_path)
    assert [s.output for s in samples] == ["good", "good too", "listed"]
    assert generator.counts.read == 21
    assert generator.counts.skipped == {
        "not JSON": 4,
        "no content": 5,
        "not an object": 3,
        "invalid UTF-8": 1,
        "lone surrogate": 1,
        "incomplete last line": 1,
        "not UTF-8": 1,
        "unreadable file": 1,
        "not a note (.json .jsonl .md .txt)": 1,
    }


def test_byte_order_marks_and_crlf_are_not_content(tmp_path: Path) -> None:
    put(tmp_path, "a.md", b"\xef\xbb\xbf# Head\r\ntext\r\n")
    put(tmp_path, "b.json", b'\xef\xbb\xbf{"content": "x"}')
    put(tmp_path, "c.jsonl", b'\xef\xbb\xbf{"content": "y"}\r\n')
    samples, generator = export(tmp_path)
    assert [s.output for s in samples] == ["# Head\r\ntext", "x", "y"]
    assert samples[0].instruction == "What do my notes say about Head?"
    assert not generator.counts.skipped


def test_a_file_name_that_is_not_utf8_can_be_written_out(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text(NOTE)
    assert json.loads(only(tmp_path).to_json())["source"] == "memory/caf\\xe9.md"


def test_a_link_in_a_circle_and_a_pipe_do_not_stop_the_export(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.md")
    put(tmp_path, "a.md", NOTE)
    assert only(tmp_path).source == "memory/a.md"


def test_the_same_notes_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        put(
            tmp_path / name,
            "a.jsonl",
            {"content": "x", "tags": ["b", "a"]},
            {"content": "y", "k": {"z": 1, "a": 2}},
        )
    one, two = ([s.to_json() for s in export(tmp_path / name)[0]] for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("name", ["absent", "file"])
def test_a_folder_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=rf"{name}: there is no memory folder here"):
        list(MemoryGenerator(tmp_path / name).generate())
