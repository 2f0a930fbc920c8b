"""Routines: what counts as documented, and what an answer is made of."""

from afs_engine.stages.sources.oracle.asm.listing import scan
from afs_engine.stages.sources.oracle.asm.macros import macro_records
from afs_engine.stages.sources.oracle.asm.routines import routine_records
from afs_engine.stages.sources.oracle.draft import MAX_ANSWER_CHARS, Record
from afs_engine.stages.sources.oracle.tree import SourceText


def records(text: str) -> list[Record]:
    return list(routine_records(scan(SourceText("x.asm", tuple(text.split("\n"))))))


def test_a_routine_without_words_is_skipped() -> None:
    assert [record.skipped for record in records("Quiet:\n  LDA $10 ; $7E0010\n  RTS")] == ["no comments"]


def test_a_label_without_code_is_skipped() -> None:
    (record,) = records("RTS\n; A label for the linker only\nEmpty:\norg $008000\n  RTS")
    assert record.skipped == "label without code or data"


def test_other_names_of_a_routine_count_with_it() -> None:
    (record,) = records("RTS\n; Moves all three axes\nMoveXyz:\nMoveAll:\n  RTL")
    assert record.size == 2
    assert record.drafts[0].name == "MoveAll"
    assert record.drafts[0].output.startswith("`MoveAll` (`x.asm`):\n\nMoves all three axes\n")


def test_the_last_label_of_a_file_may_be_empty() -> None:
    assert [record.skipped for record in records("Empty:")] == ["label without code or data"]


def test_calls_are_named_once_in_order() -> None:
    (record,) = records(
        "Run:\n  JSL.l B : JSR A ; go to both of them\n  JSL B\n  JSR (Table, X)\n  JSL $008000\n  RTS"
    )
    assert "It calls `B`, `A`.\n" in record.drafts[0].output


def test_disassembly_markers_are_taken_off() -> None:
    (record,) = records("Old:\n  #_0CF9E6: LDA $10 ; load the mode first\n  #_0CF9E8: RTS")
    assert record.drafts[0].output.endswith("```asm\nOld:\n  LDA $10 ; load the mode first\n  RTS\n```")


def test_the_header_of_the_next_part_is_not_in_this_one() -> None:
    outer, inner = records(
        "Outer:\n{\n  RTS ; back to the caller\n\n  ; Waits for the player\n  Inner:\n  {\n    RTS\n  }\n}"
    )
    assert "Waits" not in outer.drafts[0].output
    assert outer.drafts[0].output.endswith("Outer:\n{\n  RTS ; back to the caller\n}\n```")
    assert inner.drafts[0].output.endswith("Inner:\n{\n  RTS\n}\n```")
    assert inner.drafts[0].group == outer.drafts[0].group == "x.asm#Outer"


def test_long_code_is_told_in_parts_and_none_is_lost() -> None:
    rows = [
        f"  LDA.w Table{number:03}, X : STA.w Target{number:03}, X" + "\n" * (number % 9 == 0)
        for number in range(200)
    ]
    (record,) = records("\n".join(["Long:", "  ; copies the whole table over", *rows, "  RTS"]))
    assert len(record.drafts) == 2
    assert all(len(draft.output) <= MAX_ANSWER_CHARS + 100 for draft in record.drafts)
    told = "\n".join(draft.output for draft in record.drafts)
    assert all(told.count(f"Table{number:03},") == 1 for number in range(200))
    assert [draft.extra for draft in record.drafts] == [{"part": n, "parts": 2} for n in (1, 2)]


def test_a_large_data_table_is_skipped() -> None:
    rows = "\n".join("  db $00, $01, $02, $03, $04, $05, $06, $07" for _ in range(150))
    (record,) = records(f"RTS\n; Every tile of the map\nTiles:\n{rows}")
    assert record.skipped == "large data table"


def test_macros_come_with_their_parameters() -> None:
    listing = scan(
        SourceText("x.asm", ("macro Draw( x,y )", "  LDA <x>", "endmacro", "macro Nothing()", "endmacro"))
    )
    draw, nothing = macro_records(listing)
    assert "%Draw(x, y)" in draw.drafts[0].output
    assert nothing.skipped == "empty macro"
