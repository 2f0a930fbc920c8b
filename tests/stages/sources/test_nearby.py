"""Source trees and the `.context` folders of projects below a folder."""

from pathlib import Path

from afs_engine.stages.sources.nearby import find_nearby


def write(path: Path, text: str = "LDA #$01\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_trees_and_notes_below_a_folder_are_found(tmp_path: Path) -> None:
    write(tmp_path / "hobby" / "hack" / ".git" / "HEAD")
    for name in ("Core/nmi.asm", "Core/ram.ASM", "README.md", "tool.py"):
        write(tmp_path / "hobby" / "hack" / name)
    write(tmp_path / "small" / "main.asm")
    write(tmp_path / "small" / "parts" / "one.asm")
    write(tmp_path / "web" / ".context" / "memory" / "a.md")
    write(tmp_path / "web" / "node_modules" / "x" / "y.asm")
    write(tmp_path / "a" / "b" / "c" / "d" / "e" / "too_deep.asm")
    write(tmp_path / ".context" / "memory" / "own.md")  # found as a home's
    found = [
        (each.vendor, str(each.root.relative_to(tmp_path)), each.sessions) for each in find_nearby(tmp_path)
    ]
    assert found == [
        ("oracle", "hobby/hack", 3),
        ("oracle", "small", 2),
        ("memory", "web/.context/memory", 1),
    ]
    assert [each.root for each in find_nearby(tmp_path / "small")] == [tmp_path / "small"]
