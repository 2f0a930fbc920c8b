"""Defines, symbols, reserved memory and structs: what is read, and what is told together."""

from afs_engine.stages.sources.oracle.asm.constants import constant_records
from afs_engine.stages.sources.oracle.asm.definitions import Definition, read_definitions, resolve_addresses
from afs_engine.stages.sources.oracle.asm.listing import scan
from afs_engine.stages.sources.oracle.draft import Record
from afs_engine.stages.sources.oracle.tree import SourceText


def definitions(text: str, path: str = "x.asm") -> list[Definition]:
    return read_definitions(scan(SourceText(path, tuple(text.split("\n")))))


def records(*texts: str) -> list[Record]:
    found = [one for number, text in enumerate(texts) for one in definitions(text, f"f{number}.asm")]
    return list(constant_records(found))


def test_each_shape_of_definition() -> None:
    text = "!A = $01\n!B #= !A+1\n!C ?= 3 ; three times\n  Local = $7E0010\nName=Other\nif X == 1\nY = 3 == 4"
    assert [(one.kind, one.name, one.value, one.note) for one in definitions(text)] == [
        ("define", "!A", "$01", ""),
        ("define", "!B", "!A+1", ""),
        ("define", "!C", "3", "three times"),
        ("symbol", "Local", "$7E0010", ""),
        ("symbol", "Name", "Other", ""),
        ("symbol", "Y", "3 == 4", ""),
    ]


def test_macros_keep_their_own_defines() -> None:
    assert definitions("macro M()\n!a #= 0\nendmacro") == []


def test_reserved_memory_counts_on_from_its_base() -> None:
    text = "Lost: skip 1\nbase $7E0730\nRow: skip 2\nLine: skip $10\nNext: skip 1\nbase off\nAlso: skip 1"
    assert [(one.name, one.value, one.size_bytes) for one in definitions(text)] == [
        ("Lost", "", 1),
        ("Row", "$7E0730", 2),
        ("Line", "$7E0732", 16),
        ("Next", "$7E0742", 1),
        ("Also", "", 1),
    ]


def test_structs_follow_their_base() -> None:
    text = "struct DMA $4300\n.Mode: skip 1\n.Target skip 2\nbase $4310\n.Mode1: skip 1\nendstruct"
    assert resolve_addresses(definitions(text)) == {
        "DMA.Mode": 0x4300,
        "DMA.Target": 0x4301,
        "DMA.Mode1": 0x4310,
    }


def test_addresses_follow_names_and_stop_at_circles() -> None:
    assert resolve_addresses(definitions("A = B\nB = $7E0010\nC = D\nD = C\nE = 12\nF = $7E+1")) == {
        "A": 0x7E0010,
        "B": 0x7E0010,
    }


def test_the_comment_above_belongs_to_the_block() -> None:
    first, second, third = definitions("; Where Link stands\nX = $10\nY = $12\n\nZ = $14")
    assert first.header == second.header == "Where Link stands"
    assert third.header == ""
    assert first.block == second.block != third.block


def test_a_family_is_told_together() -> None:
    (record,) = records("Slot0 = $10\nSlot1 = $11\nSlotA = $12\nSlotB = $13")
    assert record.size == 4
    assert record.drafts[0].output.count("\n- ") == 4


def test_three_are_no_family_and_a_comment_parts_them() -> None:
    assert len(records("Slot0 = $10\nSlot1 = $11\nSlot2 = $12")) == 3
    assert (
        len(records("Slot0 = $10\nSlot1 = $11\nSlot2 = $12 ; the third of them\nSlot3 = $13\nSlot4 = $14"))
        == 5
    )


def test_settings_that_many_files_repeat_are_one_answer_a_file() -> None:
    text = "!Health = 0{n}\n!Damage = 01\n!Prize = 00\n!Boss = 00"
    found = records(*(text.format(n=n) for n in range(3)))
    assert [record.size for record in found] == [4, 4, 4]
    assert "`!Health` = `02`" in found[2].drafts[0].output


def test_a_name_with_two_meanings_names_its_file() -> None:
    first, second = records("Speed = $10 ; of the cart", "Speed = $20 ; of the bat")
    assert "`f0.asm`" in first.drafts[0].instruction
    assert "`f1.asm`" in second.drafts[0].instruction


def test_the_same_definition_in_two_files_is_told_once() -> None:
    first, second = records("Speed = $10 ; of the cart", "Speed = $10 ; of the cart")
    assert first.drafts
    assert second.skipped == "same definition elsewhere"


def test_a_reassigned_define_has_no_one_meaning() -> None:
    assert [record.skipped for record in records("!n = 1\n!n = 2")] == ["reassigned in the same file"] * 2


def test_a_shared_value_is_not_asked_for_its_name() -> None:
    for number in range(40):
        for record in records(f"A{number}x = $7E0010\nB{number}y = $7E0010"):
            assert "$7E0010" not in record.drafts[0].instruction
