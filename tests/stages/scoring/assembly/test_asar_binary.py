"""The command line tool as fallback: its messages read, its time limited, its files guarded."""

from pathlib import Path

import pytest

from afs_engine.errors import WorkerError
from afs_engine.stages.scoring.assembly.asar_binary import AsarBinary, may_compose_command, read_errors
from afs_engine.stages.scoring.assembly.asar_errors import AsarError
from afs_engine.stages.scoring.assembly.asar_messages import AsarReply

SHOWN = """\
/tmp/x/snippet.asm:1: warning: (Wmissing_org): Missing org or freespace command. [p:]
/tmp/x/snippet.asm:3: error: (Eunknown_command): Unknown command. [MOV x]
C:\\t\\snippet.asm:2: error: (E5060): Label 'lab' wasn't found. [LDA lab]
Errors were detected while assembling the patch. Assembling aborted. Your ROM has not been modified.
"""


def make_tool(folder: Path, body: str) -> Path:
    tool = folder / "asar"
    tool.write_text(f"#!/bin/sh\n{body}\n")
    tool.chmod(0o755)
    return tool


def test_errors_are_read_and_warnings_are_not() -> None:
    assert read_errors(SHOWN) == [
        AsarError(2, 0, "Unknown command. [MOV x]"),
        AsarError(1, 5060, "Label 'lab' wasn't found. [LDA lab]"),
    ]


def test_the_tool_gets_the_source_in_a_folder_that_is_removed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    tool = make_tool(
        tmp_path, f'pwd > {log}; cat "$2" >> {log}; wc -c < "$3" >> {log}; echo "$2:2: error: (E5117): no"'
    )
    reply = AsarBinary(tool, 5.0).assemble("NOP\nMOV\n")
    folder, *rest = log.read_text().split()
    assert reply == AsarReply([AsarError(1, 5117, "no")])
    assert rest == ["NOP", "MOV", "32768"]
    assert not Path(folder).exists()


def test_a_tool_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    tool = make_tool(tmp_path, "while :; do :; done")
    assert AsarBinary(tool, 0.3).assemble("NOP\n") == AsarReply(outcome="timed out")


def test_the_version_is_read_and_another_program_of_that_name_refused(tmp_path: Path) -> None:
    asar = AsarBinary(make_tool(tmp_path, "echo 'Asar 1.91, originally developed by Alcaro'"), 1.0)
    asar.start()
    assert asar.version == "1.91"
    with pytest.raises(WorkerError, match="not the asar assembler"):
        AsarBinary(make_tool(tmp_path, "echo v3.2.0"), 1.0).start()
    with pytest.raises(WorkerError, match="did not start"):
        AsarBinary(tmp_path / "missing", 1.0).start()


@pytest.mark.parametrize(
    "source",
    [
        '!x = inc\n!y = bin\n!x!y "/etc/passwd"',
        'inc!y "/etc/passwd"',
        "!{x}!{y} f",
        "!{x}bin f",
        'macro m(a,b)\n<a><b> "f"\nendmacro',
        "in<a> f",
        "<a>bin f",
        '!x = "nop : inc"',
        '!x\t=\t"two words"',
    ],
)
def test_a_source_that_could_spell_a_command_is_not_given_to_the_tool(tmp_path: Path, source: str) -> None:
    tool = make_tool(tmp_path, f"touch {tmp_path}/ran")
    assert may_compose_command(source)
    assert AsarBinary(tool, 1.0).assemble(source) == AsarReply(outcome="no answer")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "source",
    [
        "LDA #!Value : STA !Target,X",
        "!Value = $12",
        "LDA.b #<value>",
        "if !a != 3 && 1 < 2",
        "LDA #1<<2",
        "dw !a,!b",
    ],
)
def test_ordinary_defines_are_given_to_the_tool(source: str) -> None:
    assert not may_compose_command(source)
