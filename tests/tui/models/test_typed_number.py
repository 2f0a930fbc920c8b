"""Typing a number: only what a number can hold is taken."""

import pytest

from afs_tui.models.typed_number import TypedNumber


@pytest.mark.parametrize(
    ("keys", "value"), [("35", 35.0), ("3.5x", 3.5), ("1..2", 1.2), (".5", 0.5), (".", None), ("", None)]
)
def test_keys_become_a_number(keys: str, value: float | None) -> None:
    number = TypedNumber()
    for key in keys:
        number = number.press(key)
    assert number.value == value


def test_erasing_takes_the_last_character() -> None:
    assert TypedNumber("35").erase().value == 3.0
    assert TypedNumber("").erase().value is None


def test_a_number_never_grows_without_end() -> None:
    number = TypedNumber()
    for _ in range(50):
        number = number.press("9")
    assert len(number.text) <= 8
