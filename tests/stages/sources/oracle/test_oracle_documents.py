"""Documents to records: which sections, rows, memory maps and quests give which samples."""

from afs_engine.stages.sources.oracle.docs.documents import document_records
from afs_engine.stages.sources.oracle.draft import MAX_ANSWER_CHARS, Draft, Record
from afs_engine.stages.sources.oracle.tree import SourceText

LONG = "The cart follows the rails of the mine until it meets a wall, a switch or another cart. " * 16


def records(text: str, path: str = "docs/mine.md") -> list[Record]:
    return list(document_records(SourceText(path, tuple(text.split("\n")))))


def drafts(text: str, path: str = "docs/mine.md") -> list[Draft]:
    return [draft for record in records(text, path) for draft in record.drafts]


def test_a_small_document_is_one_answer() -> None:
    text = "Dark and deep, it lies below the hill.\n\n## Rooms\n\nThere are four.\n\n### Last\n\nIt is empty."
    (record,) = records(f"# Mine\n\n{text}")
    assert record.size == 3
    assert record.drafts[0].output == text


def test_generic_headings_are_asked_with_their_document() -> None:
    parts = ["# {}", "## Overview", "## Details", "### Notes", "### More of it"]
    text = "\n\n".join(f"{part}\n\n{LONG}" for part in parts)
    asked = [draft.instruction for title in ("Mine", "Tower") for draft in drafts(text.format(title))]
    assert len(set(asked)) == len(asked) == 10
    assert all("Mine" in question for question in asked[:5])
    assert "Details – Notes" in asked[3]


def test_a_giant_section_comes_in_parts_cut_between_blocks() -> None:
    paragraphs = [f"Paragraph {number}. {LONG}" for number in range(12)]
    found = drafts("# Mine\n\n" + "\n\n".join(paragraphs))
    assert len(found) == 4
    assert "\n\n".join(draft.output for draft in found) == "\n\n".join(p.rstrip() for p in paragraphs)
    assert all(len(draft.output) <= MAX_ANSWER_CHARS for draft in found)
    assert found[1].instruction.endswith("(part 2 of 4)")


def test_a_giant_fence_is_parted_into_whole_fences() -> None:
    code = [f"  LDA.w Table{number:04}, X" for number in range(400)]
    found = drafts("# Mine\n\n```asm\n" + "\n".join(code) + "\n```")
    assert all(draft.output.startswith("```asm\n") and draft.output.endswith("\n```") for draft in found)
    assert [line for draft in found for line in draft.output.split("\n")[1:-1]] == code


def test_useless_sections_are_skipped_and_told_nowhere() -> None:
    parts = [
        "# Mine\n\n**Status:** Draft\n**Date:** today",
        "## Contents\n\n- [A](#a)\n- [B](#b)\n- How such lists look when they are written by hand",
        "## See also\n\n- [x](x.md)\n- [The other file of this](y.md) - more of it",
        "## Later\n\nTBD",
        "## Nothing",
        f"## Real\n\n{LONG}",
    ]
    found = records("\n\n".join(parts))
    assert sorted(record.skipped for record in found) == [
        "",
        "document header only",
        "heading without text",
        "links only",
        "placeholder text",
        "table of contents",
    ]
    assert [draft.output for record in found for draft in record.drafts] == [LONG.strip()]


def test_an_announcement_of_what_is_below_is_no_answer() -> None:
    found = records(
        f"# Mine\n\n{LONG}\n\n## Kinds\n\nThere are these two kinds of carts in it:\n\n### A\n\n{LONG}"
    )
    assert [record.skipped for record in found] == ["", "only announces the sections below", ""]


def test_architecture_documents_have_their_own_domain() -> None:
    (draft,) = drafts(f"# Systems\n\n{LONG}", "docs/SystemArchitecture.md")
    assert draft.domain == "architecture"
    (draft,) = drafts(f"# System Interactions\n\n{LONG}")
    assert draft.domain == "architecture"


def rows(text: str) -> list[Record]:
    return [
        record for record in records(f"# Mine\n\n{LONG}\n\n## Rooms\n\n{text}") if not _is_section(record)
    ]


def _is_section(record: Record) -> bool:
    return any(draft.kind == "section" for draft in record.drafts)


def table(*lines: str) -> str:
    """A table from its lines, cells parted by commas."""
    header, *body = ["| " + " | ".join(line.split(", ")) + " |" for line in lines]
    return "\n".join([header, "|---" * (header.count("|") - 1) + "|", *body])


def test_one_sample_a_row_with_all_its_cells() -> None:
    (row,) = rows(
        table("#, ID, Name, Light, Notes", "1, 0x10, Hall of Echoes, -, Two doors and both are locked")
    )
    told = "- Name: Hall of Echoes\n- Notes: Two doors and both are locked"
    assert row.drafts[0].output == f"ID 0x10 (“Rooms” of Mine):\n{told}"
    assert "ID 0x10" in row.drafts[0].instruction
    assert row.drafts[0].line == 9


def test_rows_that_share_a_key_are_told_by_two_columns() -> None:
    first, second = rows(
        table(
            "Dungeon, Boss, Notes",
            "Mine, Bat, Weak to light and afraid of fire",
            "Mine, Crow, Weak to water and all ice",
        )
    )
    assert "Dungeon “Mine”, Boss “Bat”" in first.drafts[0].instruction
    assert "Dungeon “Mine”, Boss “Crow”" in second.drafts[0].instruction


def test_rows_that_no_key_tells_apart_are_skipped() -> None:
    found = rows(
        table("Dungeon, Notes", "Mine, Weak to light and afraid of fire", "Mine, Weak to water and all ice")
    )
    assert [record.skipped for record in found] == ["ambiguous key"] * 2


def test_rows_without_key_values_or_content_are_skipped() -> None:
    found = rows(
        table(
            "Name, Value",
            "-, of nothing that could be named",
            "A, TBD",
            "B, short",
            "C, it has enough to say",
        )
    )
    assert [record.skipped for record in found] == [
        "row without key",
        "row without values",
        "row with little content",
        "row with little content",
    ]
    assert [
        record.skipped for record in rows(table("Name, Value", "C, this one does have enough to say"))
    ] == [""]


def test_memory_rows_are_asked_both_ways() -> None:
    (row,) = rows("| Address | Label | Notes |\n|---|---|---|\n| `$7EF36D` | `Health` | eight a heart |")
    what, where = row.drafts
    assert "`$7EF36D`" in what.instruction
    assert "`Health`" not in what.instruction
    assert what.output == "`$7EF36D` is `Health` (“Rooms” of Mine).\n- Notes: eight a heart"
    assert "`Health`" in where.instruction
    assert "$7EF36D" not in where.instruction
    assert where.output == "`Health` is at `$7EF36D` (“Rooms” of Mine).\n- Notes: eight a heart"


def test_ranges_and_bank_addresses_count_room_numbers_do_not() -> None:
    def kind(header: str, cell: str) -> str:
        (record,) = rows(table(f"{header}, Name, Notes", f"{cell}, Something, with words enough to be told"))
        return record.drafts[0].kind

    assert kind("Where", "$7E0F10") == "memory row"
    assert kind("Where", "`$348000` - `$34FFFF`") == "memory row"
    assert kind("Where", "$09:9EFC") == "memory row"
    assert kind("WRAM", "$0D00,X") == "memory row"
    assert kind("Address", "0x7EF36D") == "memory row"
    assert kind("Room", "0x0104") == "table row"
    assert kind("Screen", "$80") == "table row"
    assert kind("Message ID", "0x1A7-0x1A9") == "table row"


def test_a_flag_s_letter_is_no_name() -> None:
    (row,) = rows(
        table("Routine, Flag, Push Width, Notes", "$127035, X, 8-bit, it pulls one byte too many here")
    )
    assert row.drafts[0].kind == "memory row"
    assert row.drafts[0].output.startswith("$127035: it pulls one byte too many here")
    (row,) = rows(
        table("Routine, Flag, Push Address, Pull Address", "$127035, X, $05CA36, $049951 or thereabouts")
    )
    assert row.drafts[0].kind == "table row"


def test_a_description_is_no_name_to_look_for() -> None:
    (row,) = rows("| Address | Purpose |\n|---|---|\n| $7E0F10 | Where the light of the lantern is kept |")
    assert [draft.output for draft in row.drafts] == [
        "$7E0F10: Where the light of the lantern is kept (“Rooms” of Mine)."
    ]


def test_rows_at_one_address_are_told_together_once() -> None:
    table = "| Address | Flag | Bit |\n|---|---|---|\n| $7EF3C6 | Met | $01 |\n| $7EF3C6 | Lost | $02 |"
    first, second = rows(table)
    assert (
        first.drafts[0].output
        == "$7EF3C6 has 2 entries in “Rooms” of Mine:\n- Met (Bit: $01)\n- Lost (Bit: $02)"
    )
    assert [draft.output.split(" (")[0] for draft in second.drafts] == ["Lost is at $7EF3C6"]


def test_quests_are_told_whole_and_step_by_step() -> None:
    found = drafts(
        "# Side Quests\n\n### The Oil\n\n1. Take the oil.\n2. Bring it home.\n3. Light the lamp.", "docs/x.md"
    )
    assert [draft.domain for draft in found] == [
        "docs"
    ]  # the file's name and the trail say nothing of a quest
    found = drafts("# All\n\n### The Oil Quest\n\n1. Take the oil.\n2. Bring it home.\n3. Light the lamp.")
    assert [draft.domain for draft in found] == ["quest"] * 3
    assert "Take the oil." in found[1].instruction
    assert found[1].output.endswith("comes step 2 of “The Oil Quest”:\n\nBring it home.")
    assert found[2].output.endswith("comes step 3 of “The Oil Quest”:\n\nLight the lamp.")
