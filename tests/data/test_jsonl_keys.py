"""The duplicate-key check: what it clears at a glance, and how deep it counts."""

import json

import pytest

from afs_engine.data.jsonl_keys import TooDeepError, count_keys, lines_in_doubt, repeated_key


def in_doubt(*lines: bytes) -> list[int]:
    ends, total = [], 0
    for line in lines:
        total += len(line) + 1
        ends.append(total)
    keys = [count_keys(json.loads(line), 100) for line in lines]
    return lines_in_doubt(b"".join(line + b"\n" for line in lines), ends, keys)


def test_ordinary_rows_are_cleared_without_a_closer_look() -> None:
    tool_call = json.dumps({"arguments": json.dumps({"path": "a", "n": {"b": 1}}), "x": 'say "hi": there'})
    asm = json.dumps({"output": 'Main:\n  LDA #$10 ; load : store\nlabel   :\n !x:: "k" : 1\t:'})
    nested = json.dumps({"a": json.dumps({"b": json.dumps({"c": 'say "x" : "y"'})})})
    spaced = json.dumps({"a": {"b\\": 1}, 'c"': [" x:"]}, separators=(" , ", "  : "))
    compact = json.dumps({"a": {"b": [{"c": 1}, {"c": 2}]}}, separators=(",", ":"))
    assert (
        in_doubt(tool_call.encode(), asm.encode(), compact.encode(), nested.encode(), spaced.encode()) == []
    )


def test_only_the_lines_in_doubt_are_named() -> None:
    assert in_doubt(b'{"a": 1}', b'{"a": 1, "a": 2}', b'{"b": 1}', b'{"s": " :"}') == [1, 3]


def test_keys_are_counted_at_every_level() -> None:
    assert count_keys({"a": [{"b": 1}, [{"c": {"d": 2}}]], "e": "f"}, 100) == 5


def test_levels_are_limited_exactly() -> None:
    assert count_keys({"a": [[1]]}, 3) == 1
    with pytest.raises(TooDeepError):
        count_keys({"a": [[1]]}, 2)


def test_the_repeated_key_is_named() -> None:
    assert repeated_key(b'{"x": {"a": 1, "b": 2, "\\u0061": 3}}') == "a"
    assert repeated_key(b'{"x": {"a": 1}, "a": 1e99}') is None


def test_what_is_too_far_to_look_at_is_in_doubt() -> None:
    assert in_doubt(b'{"a"' + b" " * 99 + b": 1}", b'{"a": "x' + b" " * 99 + b':"}') == [1]
    assert in_doubt(b'{"' + b"\\\\" * 99 + b'": 1}', b'{"a": "' + b"\\\\" * 99 + b'\\":"}') == [1]
