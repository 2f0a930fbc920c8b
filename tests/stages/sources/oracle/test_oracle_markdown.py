"""The block-level pass: headings, fences, tables, steps, and what an answer keeps of a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.sources.oracle.docs.blocks import Document, fenced_lines, parse_document
from afs_engine.stages.sources.oracle.docs.quests import read_steps
from afs_engine.stages.sources.oracle.docs.tables import Table, find_tables
from afs_engine.stages.sources.oracle.docs.text import clean_lines, plain, plain_cell, unlink
from afs_engine.stages.sources.oracle.tree import SourceText


def parse(text: str) -> Document:
    return parse_document(SourceText("docs/some_file.md", tuple(text.split("\n"))))


def outline(text: str) -> list[tuple[int, str]]:
    return [(section.level, section.heading) for section in parse(text).root.walk() if section.level]


def test_headings_outside_of_fences_only() -> None:
    text = (
        "# A\n```asm\n# no\n```\n## B ##\n~~~\n```\n# no\n~~~\n### C\n````\n```\n# no\n````\n#no\n    # no\n"
    )
    assert outline(text) == [(1, "A"), (2, "B"), (3, "C")]


def test_an_open_fence_runs_to_the_end() -> None:
    assert outline("# A\n```\n# no\n## no") == [(1, "A")]


def test_a_fence_in_a_list_counts() -> None:
    assert fenced_lines(["1. Run", "   ```bash", "   # no heading", "   ```", "text"]) == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_inline_code_is_no_fence() -> None:
    assert fenced_lines(["```x``` is code", "# A"]) == [False, False]


def test_underlined_headings_and_rules() -> None:
    assert outline("Top\n===\n\nPart\n---\n\ntext\n\n---\n\n- item\n---\n") == [(1, "Top"), (2, "Part")]


def test_front_matter_is_no_text() -> None:
    document = parse("---\ntitle: x\ntags: [a]\n---\n# A\n\ntext")
    assert (document.title, document.root.heading, document.root.line) == ("A", "A", 5)
    assert outline("---\n\nNot front matter: it has a blank line\n") == []


def test_trails_lead_down_without_the_title() -> None:
    sections = {section.heading: section for section in parse("# T\n## A\n#### B\n## C\n### D").root.walk()}
    assert [sections[name].trail for name in "TABCD"] == [(), ("A",), ("A", "B"), ("C",), ("C", "D")]


def test_the_file_s_name_is_the_title_where_there_is_no_other() -> None:
    assert parse("## A\n\ntext").title == "some file"
    assert parse("text first\n\n# A").title == "A"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["# A", "## B", "text", "", "```", "~~~", "---", "===", "| a | b |", "|---|---|"]),
        max_size=25,
    )
)
def test_every_line_belongs_to_one_section(lines: list[str]) -> None:
    root = parse_document(SourceText("x.md", tuple(lines))).root
    kept = [line for section in root.walk() for line in section.body]
    assert sum(1 for line in lines if line in ("text", "```", "| a | b |")) == sum(
        1 for line in kept if line in ("text", "```", "| a | b |")
    ) + sum(1 for section in root.walk() if section.heading in ("text", "| a | b |"))
    for section in root.walk():
        for offset, line in enumerate(section.body):
            assert lines[section.body_line - 1 + offset] == line


def tables(text: str) -> list[Table]:
    return [table for section in parse(text).root.walk() for table in find_tables(section)]


def test_a_table_and_its_rows() -> None:
    rows = "| `a\\|b` | **bold** [x](y.md) |\n| short |\n| a | b | c |\n\n| no | more |"
    (table,) = tables(f"# A\n\n| Name | What |\n|:---|---:|\n{rows}")
    assert table.header == ("Name", "What")
    assert [(row.line, row.cells) for row in table.rows] == [
        (5, ("`a|b`", "bold x")),
        (6, ("short", "")),
        (7, ("a", "b")),
    ]


def test_tables_in_fences_and_half_tables_are_none() -> None:
    assert tables("```\n| a | b |\n|---|---|\n| c | d |\n```") == []
    assert tables("| a | b |\n|---|\n| c | d |") == []
    assert tables("a | b\nc | d") == []


def test_a_table_without_outer_borders() -> None:
    (table,) = tables("a | b\n--|--\n1 | 2\ntext")
    assert [row.cells for row in table.rows] == [("1", "2")]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("1. Main *Quest* Flow:", "Main Quest Flow"),
        ("2.3 `LinkState` (`#_07`)", "LinkState (#_07)"),
        ("**Bold** [link](x.md) 🔥 {#anchor}", "Bold link"),
        ("SRAM_Flags_2 and 3 * 4", "SRAM_Flags_2 and 3 * 4"),
        ("3D", "3D"),
    ],
)
def test_headings_as_they_are_said(heading: str, said: str) -> None:
    assert plain(heading) == said


def test_links_and_code() -> None:
    assert unlink("see [a](b.md) and [w](https://x.y) and ![p](p.png)") == "see a and [w](https://x.y) and p"
    assert unlink("`array[i](x)` and [`Code`](y.md)") == "`array[i](x)` and `Code`"
    assert plain_cell("**`!X`** = *one*<br>`**kept**`") == "`!X` = one; `**kept**`"


def test_answers_lose_comments_and_rules_but_no_text() -> None:
    lines = [
        "a <!-- x --> b",
        "---",
        "<!-- over",
        "two lines --> c",
        "```",
        "<!-- kept -->",
        "---",
        "```",
        "",
        "",
        "d",
        "",
    ]
    assert clean_lines(lines, fenced_lines(lines)) == [
        "a  b",
        "",
        " c",
        "```",
        "<!-- kept -->",
        "---",
        "```",
        "",
        "d",
    ]


def test_steps_are_counted_by_position() -> None:
    text = "1. One\n   more\n1. Two:\n\n| a | b |\n|---|---|\n\n4) Three\n\nNo step.\n\n1. Not of this list"
    section = parse(f"# Q\n\n{text}").root
    assert [(step.title, step.text) for step in read_steps(section)] == [
        ("One", "One\nmore"),
        ("Two", "Two:\n\n| a | b |\n|---|---|"),
        ("Three", "Three"),
    ]
