"""The hostile files that the reader's tests make: bytes, and exactly what must become of each line.

Grouped by the fault they stand for (J01 to J22 of the fault list). A case says which lines are kept,
which are refused and why, and how many are blank; or by which words the whole file is refused.
"""

import json
from dataclasses import dataclass, field

from afs_engine.data.jsonl_block import (
    CONTROL_CHARACTER,
    DUPLICATE_KEY,
    INCOMPLETE_LAST_LINE,
    INNER_BOM,
    INVALID_UTF8,
    LONE_SURROGATE,
    NAN_OR_INFINITY,
    NESTED_TOO_DEEP,
    NOT_AN_OBJECT,
    NOT_JSON,
    NUL_BYTES,
    NUMBER_OUT_OF_RANGE,
    SEVERAL_VALUES,
)

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Hostile:
    """A file: its bytes, the lines kept (numbers), the lines refused, the blank ones."""

    name: str
    data: bytes
    kept: list[int] = field(default_factory=list)
    bad: dict[int, str] = field(default_factory=dict)
    blank: int = 0
    refused: str = ""


def row(index: int) -> bytes:
    """A training row of about 150 bytes, without its line end."""
    answer = f'Routine {index} saves A, writes ${0x2100 + index:04X} and returns; é ✓ "quoted": yes.'
    return json.dumps({"instruction": f"What does routine {index} do?", "output": answer}).encode()


def rows(count: int, start: int = 0) -> list[bytes]:
    return [row(index) for index in range(start, start + count)]


def text(lines: list[bytes], end: bytes = b"\n") -> bytes:
    return b"".join(line + end for line in lines)


def upto(last: int, *without: int) -> list[int]:
    return [number for number in range(1, last + 1) if number not in without]


def one_bad(name: str, line: bytes, reason: str) -> Hostile:
    """A bad line between good ones."""
    return Hostile(name, text([row(1), line, row(2)]), [1, 3], {2: reason})


def one_good(name: str, line: bytes) -> Hostile:
    """A line that looks suspicious and is sound."""
    return Hostile(name, text([row(1), line, row(2)]), [1, 2, 3])


def cut_tails() -> list[Hostile]:
    """J01: the last line ends in the middle of something."""
    whole = text(rows(9))
    tails = {
        "string": b'{"instruction": "What',
        "utf8": '{"instruction": "caf\u00e9'.encode()[:-1],
        "escape": b'{"instruction": "a\\',
        "unicode_escape": b'{"instruction": "a\\u00e',
        "half_pair": b'{"instruction": "a\\ud83d',
        "brace": row(9)[:-1],
        "colon": b'{"instruction":',
        "literal": b'{"instruction": tru',
        "open": b"{",
    }
    return [
        Hostile(f"cut_{name}", whole + tail, upto(9), {10: INCOMPLETE_LAST_LINE})
        for name, tail in tails.items()
    ]


def nul_holes() -> list[Hostile]:
    """J02: regions of a 60-row file that read as NULs after a power loss."""
    lines = rows(60)
    whole = text(lines)
    starts = [whole.index(line) for line in lines]
    tail = whole[: starts[50] + 20] + b"\0" * (len(whole) - starts[50] - 20)
    hole = whole[: starts[20] + 30] + b"\0" * (starts[33] - starts[20]) + whole[starts[33] + 30 :]
    aligned = whole[: starts[20]] + b"\0" * (starts[33] - starts[20]) + whole[starts[33] :]
    appended = text(lines[:10]) + b"\0" * 4096 + text(lines[10:20])
    return [
        Hostile("nultail", tail, upto(50), {51: NUL_BYTES}),
        Hostile("nultail_after_line_end", text(lines[:50]) + b"\0" * 999, upto(50), {51: NUL_BYTES}),
        Hostile("nulhole", hole, upto(47, 21), {21: NUL_BYTES}),
        Hostile("nulhole_aligned", aligned, upto(47)),  # the row after the hole is whole: 47 of 60
        Hostile("nul_then_append", appended, upto(20)),
        Hostile("nul_before_row", text([lines[0], b"\0" * 50 + lines[1], lines[2]]), [1, 2, 3]),
        Hostile("nul_after_row", text(lines[:2]) + lines[2] + b"\0" * 50, [1, 2, 3]),
        one_bad("nul_around_garbage", b"\0\0{oops\0", NUL_BYTES),
        one_bad("nulraw", b'{"a": "x\0y"}', NUL_BYTES),
        one_bad("nul_between_rows", row(5) + b"\0\0" + row(6), NUL_BYTES),
        Hostile("nul_only", b"\0" * 5000, [], {1: NUL_BYTES}),
    ]


def line_ends() -> list[Hostile]:
    """J03: what ends a line, and what does not."""
    three = rows(3)
    strange = [f'{{"a": "x{mark}y"}}'.encode() for mark in ("\u2028", "\u2029", "\u0085")]
    return [
        Hostile("crlf", text(three, b"\r\n"), [1, 2, 3]),
        Hostile("mixed_ends", three[0] + b"\r\n" + three[1] + b"\n" + three[2] + b"\r\n", [1, 2, 3]),
        Hostile("no_last_end", b"\n".join(three), [1, 2, 3]),
        Hostile("crcrlf", text(three, b"\r\r\n"), [1, 2, 3]),
        Hostile("cr_between_tokens", text([b'{"a": 1,\r"b": 2}', three[0]]), [1, 2]),
        one_bad("lone_cr_inside", row(4) + b"\r" + row(5), SEVERAL_VALUES),
        Hostile("lone_cr_file", text(three, b"\r"), refused="lone CR"),
        Hostile("u2028", text(strange), [1, 2, 3]),
        Hostile(
            "blanks", b"\n\n" + text(three[:1]) + b"  \t\n\r\n" + text(three[1:]) + b"\n", [3, 6, 7], blank=5
        ),
        Hostile("spaces_around_row", b"  " + three[0] + b"\t \n" + text(three[1:]), [1, 2, 3]),
        one_bad("formfeed_line", b"\x0c", NOT_JSON),
        one_bad("nbsp_line", b"\xc2\xa0", NOT_JSON),
    ]


def fused() -> list[Hostile]:
    """J04: writers that did not wait for each other."""
    five = rows(5)
    interleaved = [five[0][:30] + five[1], five[0][30:], *five[2:]]
    return [
        one_bad("fused", row(7) + row(8), SEVERAL_VALUES),
        one_bad("fused_spaced", row(7) + b" " + row(8), SEVERAL_VALUES),
        Hostile("fused_last", text(five) + row(5) + row(6), upto(5), {6: SEVERAL_VALUES}),
        # As many values as lines, but not one each: two on line 2, none whole on 3 and 4.
        Hostile(
            "fused_and_split",
            text([b'{"a":1}', b'{"a":1}{"b":2}', b'{"c":{}', b'}{"d":4}']),
            [1],
            {2: SEVERAL_VALUES, 3: NOT_JSON, 4: NOT_JSON},
        ),
        Hostile(
            "fused_and_split_crlf",
            text([b'{"a":1}', b'{"a":[1,\r', b'{"b":2}]}', b'{"c":1}{"d":2}']),
            [1],
            {2: NOT_JSON, 3: NOT_JSON, 4: SEVERAL_VALUES},
        ),
        Hostile("interleaved", text(interleaved), [3, 4, 5], {1: NOT_JSON, 2: NOT_JSON}),
        Hostile("dupblock", text(five + five), upto(10)),
    ]


def other_formats() -> list[Hostile]:
    """J05 and J06: files that are not JSONL, and byte order marks."""
    three = rows(3)
    objects = [json.loads(line) for line in three]
    csv_text = "instruction,output\r\n" + "\r\n".join(f'"q{i}, really?","a {i}"' for i in range(4))
    utf = {
        name: text(three).decode().encode(name)
        for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    }
    return [
        Hostile("array_one_line", json.dumps(objects).encode(), refused="JSON array"),
        Hostile("array_pretty", json.dumps(objects, indent=2).encode(), refused="JSON array"),
        Hostile("array_row_a_line", b"[\n" + b",\n".join(three) + b"\n]\n", refused="JSON array"),
        Hostile("array_glued", b"[" + b",\n".join(three) + b"]", refused="JSON array"),
        Hostile("array_cut", b"[\n" + b",\n".join(three) + b",\n" + three[0][:9], refused="JSON array"),
        Hostile(
            "array_each_line", text([b"[" + line + b"]" for line in three]), refused="JSON array on each line"
        ),
        Hostile("pretty", json.dumps(objects[0], indent=2).encode(), refused="pretty-printed"),
        Hostile(
            "pretty_many", text([json.dumps(o, indent=4).encode() for o in objects]), refused="pretty-printed"
        ),
        Hostile("pretty_bom", BOM + json.dumps(objects[0], indent=2).encode(), refused="pretty-printed"),
        Hostile("commas", b",\n".join(three) + b"\n", refused="separated by commas"),
        Hostile(
            "sse",
            text([b"data: " + line + b"\n" for line in three]) + b"data: [DONE]\n",
            refused="server-sent",
        ),
        Hostile("fence", b"```json\n" + text(three) + b"```\n", refused="Markdown"),
        Hostile("xssi", b")]}'\n" + text(three), refused="anti-hijacking"),
        Hostile("csv", csv_text.encode(), refused="CSV"),
        Hostile("tsv", b"instruction\toutput\nq\ta\nq2\ta2\n", refused="TSV"),
        Hostile("html", b"<!DOCTYPE html>\n<html><body>404</body></html>\n", refused="HTML"),
        Hostile("png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, refused="PNG"),
        Hostile("zip", b"PK\x03\x04" + b"\0" * 40, refused="zip"),
        Hostile("sqlite", b"SQLite format 3\0" + b"\0" * 100, refused="SQLite"),
        Hostile("lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", refused="Git LFS"),
        Hostile("bom_start", BOM + text(three), [1, 2, 3]),
        Hostile("bom_alone", BOM),
        Hostile("bom_middle", text([three[0], BOM + three[1], three[2]]), [1, 3], {2: INNER_BOM}),
        Hostile("bom_twice", BOM + BOM + text(three), [2, 3], {1: INNER_BOM}),
        *(Hostile(name, data, refused=name.upper()[:6] + name.upper()[7:]) for name, data in utf.items()),
        Hostile("utf16_bom", "\ufeff".encode("utf-16-le") + utf["utf-16-le"], refused="UTF-16"),
        Hostile("utf32_bom", "\ufeff".encode("utf-32-be") + utf["utf-32-be"], refused="UTF-32"),
        # A first line that is broken does not make the file another format.
        Hostile("torn_first_line", text([b'{"instruction": 1,', *three]), [2, 3, 4], {1: NOT_JSON}),
        Hostile(
            "line_broken_in_two",
            text([b'{"a": 1,', b'"b": 2}', *three]),
            [3, 4, 5],
            {1: NOT_JSON, 2: NOT_JSON},
        ),
        Hostile("junk_first_line", text([b"# exported, yesterday", *three]), [2, 3, 4], {1: NOT_JSON}),
        Hostile("array_first_line", text([b"[1, 2]", *three]), [2, 3, 4], {1: NOT_AN_OBJECT}),
    ]


def characters() -> list[Hostile]:
    """J07 to J09: bytes that are no text, control characters, surrogates."""
    return [
        one_bad("latin1", '{"a": "café"}'.encode("latin-1"), INVALID_UTF8),
        one_bad("overlong", b'{"a": "\xc0\xaf"}', INVALID_UTF8),
        one_bad("cesu8", b'{"a": "\xed\xa0\xbd\xed\xb8\x80"}', INVALID_UTF8),
        one_bad("cut_sequence", b'{"a": "\xe2\x82"}', INVALID_UTF8),
        one_bad("above_unicode", b'{"a": "\xf5\x80\x80\x80"}', INVALID_UTF8),
        one_bad("bad_key_bytes", b'{"\xff": 1}', INVALID_UTF8),
        one_bad("ctl_raw", b'{"a": "\x1b[31m"}', CONTROL_CHARACTER),
        one_bad("tab_raw", b'{"a": "x\ty"}', CONTROL_CHARACTER),
        one_good("ctl_escaped", b'{"a": "\\u001b[31m\\t\\u0000"}'),
        one_good("del_and_c1", '{"a": "\x7f\u0085\u009b"}'.encode()),
        one_good("noncharacter", '{"a": "\uffff\ufeff\ufffd"}'.encode()),
        one_good("emoji_pair", b'{"a": "\\ud83d\\ude00"}'),
        one_bad("surrogate_high", b'{"a": "\\ud83d"}', LONE_SURROGATE),
        one_bad("surrogate_low", b'{"a": "\\ude00x"}', LONE_SURROGATE),
        one_bad("surrogate_swapped", b'{"a": "\\ude00\\ud83d"}', LONE_SURROGATE),
        one_bad("surrogate_key", b'{"\\ud83d": 1}', LONE_SURROGATE),
    ]


def values() -> list[Hostile]:
    """J10 to J12: numbers, literals, keys."""
    many = ", ".join(f'"k{index}": {index}' for index in range(50_000))
    return [
        *(
            one_bad(f"nan_{name}", f'{{"a": {name}}}'.encode(), NAN_OR_INFINITY)
            for name in ("NaN", "Infinity", "-Infinity")
        ),
        one_bad("float_1e400", b'{"a": 1e400}', NUMBER_OUT_OF_RANGE),
        one_bad("int_5000_digits", b'{"a": ' + b"7" * 5000 + b"}", NUMBER_OUT_OF_RANGE),
        one_good("int_65_bits", b'{"a": 36893488147419103232, "b": -36893488147419103232}'),
        one_good("minus_zero", b'{"a": -0, "b": -0.0, "c": 1e5, "d": 1E-400}'),
        *(
            one_bad(f"badnum_{index}", b'{"a": ' + number + b"}", NOT_JSON)
            for index, number in enumerate((b"01", b"1.", b".5", b"+1", b"0x10", b"1e", b"1_000", b"-"))
        ),
        one_bad("single_quotes", b"{'a': 1}", NOT_JSON),
        one_bad("bare_key", b"{a: 1}", NOT_JSON),
        one_bad("python_literal", b'{"a": True}', NOT_JSON),
        one_bad("comment", b'{"a": 1} // so', NOT_JSON),
        one_bad("trailing_comma", b'{"a": 1,}', NOT_JSON),
        one_bad("comma_after_row", b'{"a": 1},', NOT_JSON),
        one_bad("bad_escape", b'{"a": "\\x41"}', NOT_JSON),
        one_bad("garbage", b"%%% ??? !!!", NOT_JSON),
        one_bad("dup_key", b'{"a": 1, "a": 2}', DUPLICATE_KEY),
        one_bad("dup_key_escaped", b'{"a": 1, "\\u0061": 2}', DUPLICATE_KEY),
        one_bad("dup_key_nested", b'{"m": [{"x": {"a": 1, "b": 2, "a": 1}}]}', DUPLICATE_KEY),
        one_bad("dup_key_spaced", b'{"a" : 1, "a" : 2, "s": "\\":"}', DUPLICATE_KEY),
        one_bad("dup_key_hidden", b'{"a" : 1, "a": 2}', DUPLICATE_KEY),
        one_bad("dup_key_hidden_by_two", b'{"a"  : 1, "a": 2}', DUPLICATE_KEY),
        one_bad("dup_key_hidden_by_tab", b'{"a"\t: 1, "a": 2}', DUPLICATE_KEY),
        one_bad("dup_key_backslash", b'{"\\\\": 1, "\\\\": 2}', DUPLICATE_KEY),
        one_bad("dup_key_backslash_hidden", b'{"a\\\\": 1, "a\\\\": 2, "s": ":"}', DUPLICATE_KEY),
        one_bad("dup_key_empty", b'{"": 1, "": 2}', DUPLICATE_KEY),
        one_good("keys_by_case", '{"output": "a", "Output": "b", "оutput": "c", "": 1, "a.b": 2}'.encode()),
        one_good("colons_in_strings", b'{"a": "\\":\\":", "b": ":", "c": "x : y", "d\\"": 1, "e\\\\": 2}'),
        one_good("wide", f"{{{many}}}".encode()),
    ]


def shapes_and_depth() -> list[Hostile]:
    """J13, J15, J16, J19 and J21: nesting, late keys, texts that look like something else, no rows."""
    deep = {
        depth: b'{"a": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}" for depth in (100, 101, 120, 20_000)
    }
    unclosed = b'{"a": ' + b"[" * 200_000
    looks = ["7E0010", "2026-01-10", "1e5", "007", "true", "null", "10.0.0.1", "NaN", "-0", "1,000"]
    return [
        one_good("deep_100", deep[100]),
        one_bad("deep_101", deep[101], NESTED_TOO_DEEP),
        one_bad("deep_120", deep[120], NESTED_TOO_DEEP),
        one_bad("deep_20000", deep[20_000], NESTED_TOO_DEEP),
        one_bad("deep_200000_open", unclosed, NESTED_TOO_DEEP),
        Hostile("keyboom", text([f'{{"k{index}": {index}}}'.encode() for index in range(500)]), upto(500)),
        Hostile(
            "late_type", text([b'{"a": null}'] * 150 + [b'{"a": {"b": 1}}', b'{"a": "s", "z": 1}']), upto(152)
        ),
        Hostile("looks", text([json.dumps({"output": look}).encode() for look in looks]), upto(len(looks))),
        *(
            one_bad(f"shape_{name}", line, NOT_AN_OBJECT)
            for name, line in {
                "array": b"[1]",
                "string": b'"x"',
                "number": b"42",
                "null": b"null",
                "true": b"true",
            }.items()
        ),
        Hostile("empty", b""),
        Hostile("newlines_only", b"\n" * 7, blank=7),
        Hostile("one_space", b" ", blank=1),
    ]


CORPUS = [
    *cut_tails(),
    *nul_holes(),
    *line_ends(),
    *fused(),
    *other_formats(),
    *characters(),
    *values(),
    *shapes_and_depth(),
]
