"""Which lines define a label: asked of made-up files whose every line's role is known."""

from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.sources.oracle.asm.listing import Listing, scan
from afs_engine.stages.sources.oracle.tree import SourceText

NOT_LABELS = (
    "; Label: a comment with a colon",
    "  ; Input: A is the slot",
    ";Bare: comment",
    "org $0DB080 : Hook: ; placed elsewhere",
    "org $028000 ; Module: nine",
    "!Define: = $10",
    "!Speed = $10 ; Speed: fast",
    "Symbol = $7E0010 ; Symbol: of the mode",
    "PHB : PHK : PLB",
    "RTS: ",
    ".sub_label:",
    "  .sub",
    "+",
    "-: LDA $10",
    "++ LDA $10 : STA $12",
    'print "Label: ", pc',
    "%Macro(Label: x)",
    "  LDA.w Table, X : STA $00 ; Table: of x",
    "#_0CF9E6: LDA $10",
    'db "Text: more", 0',
    "assert pc() <= $1A9765 ; Limit: here",
    "Reserved: skip 2",
    "name := 3",
    "{",
    "}",
    "",
)
names = st.from_regex(r"\A[A-Z][a-z]{2,5}_[A-Za-z]{1,4}\Z")
others = st.lists(st.sampled_from(NOT_LABELS), max_size=6)


def read(text: str) -> Listing:
    return scan(SourceText("x.asm", tuple(text.split("\n"))))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(names, others), max_size=6), others)
def test_labels_are_exactly_the_label_lines(routines: list[tuple[str, list[str]]], first: list[str]) -> None:
    lines = list(first)
    expected = []
    for name, body in routines:
        expected.append((name, len(lines)))
        lines += [f"{name}: ; Note: it begins", "  LDA $10", *body]
    assert [(label.name, label.start) for label in read("\n".join(lines)).labels] == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*NOT_LABELS, "Real_One:", "  Inner_One:", "macro M(a)", "endmacro"]), max_size=40
    )
)
def test_bodies_do_not_overlap_and_stay_in_the_file(lines: list[str]) -> None:
    listing = read("\n".join(lines))
    end = 0
    for label in listing.labels:
        assert end <= label.start < label.end <= len(lines)
        end = label.end
        for part in label.parts:
            assert label.start < part.start < part.end <= label.end


def test_labels_in_macros_and_structs_are_theirs() -> None:
    listing = read(
        "macro M(x)\nInside:\n  RTS\nendmacro\nstruct S $10\n.Field: skip 1\nendstruct\nAfter:\n  RTS"
    )
    assert [label.name for label in listing.labels] == ["After"]
    assert [(span.name, span.start, span.end) for span in listing.macros + listing.structs] == [
        ("M", 0, 4),
        ("S", 4, 7),
    ]


def test_a_macro_that_never_ends_hides_nothing() -> None:
    assert [label.name for label in read("macro M(x)\nAfter:\n  RTS").labels] == ["After"]


def test_inner_labels_are_parts_of_their_routine() -> None:
    (outer, after) = read("Outer:\n{\n  dw In\n  In:\n  {\n    RTS\n  }\n}\nAfter: RTS").labels
    assert (outer.name, outer.start, outer.end) == ("Outer", 0, 8)
    assert [(part.name, part.start, part.end) for part in outer.parts] == [("In", 3, 7)]
    assert (after.name, after.start, after.end) == ("After", 8, 9)


def test_a_routine_without_braces_ends_where_code_goes_elsewhere() -> None:
    (label,) = read(
        "Hook:\n  JSL Other\n  RTS\n\n; about the next\npushpc\norg $008000\n  JSL Hook\npullpc"
    ).labels
    assert (label.start, label.end) == (0, 3)


def test_a_brace_in_a_string_opens_nothing() -> None:
    (first, second) = read('First:\n{\n  db "{"\n}\nSecond:\n  RTS').labels
    assert (first.end, second.start) == (4, 4)
