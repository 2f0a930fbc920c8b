"""The block-wise search finds exactly what a plain regular expression finds, row by row."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.scoring.addresses import find_addresses
from afs_engine.stages.scoring.text_block import join_texts

SCRAPS = st.sampled_from(
    [
        "$",
        "#",
        "$2100",
        "$7EF3",
        "$7EF36C",
        "21",
        "6c",
        "1",
        "x",
        "_",
        " ",
        ",",
        ".",
        "g",
        "\n",
        "-",
        "é",
        "😀",
    ]
)
TEXTS = st.lists(st.lists(SCRAPS, max_size=16).map("".join), min_size=1, max_size=6)
PLAIN_ADDRESS = re.compile(r"(?<![#0-9A-Za-z_])\$([0-9A-Fa-f]{4,6})(?![0-9A-Za-z_])")
WITH_CENTS = re.compile(r"\$[1-9]\d*\.\d")


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_finds_what_a_plain_expression_finds(texts: list[str]) -> None:
    """The scraps make no data words and no words of trade, so cents are the only other rule."""
    block = join_texts(texts)
    hits = find_addresses(block)
    expected = [
        (int(start) + match.start(), int(match[1], 16), len(match[1]) == 4)
        for start, text in zip(block.starts, texts, strict=True)
        for match in PLAIN_ADDRESS.finditer(text)
        if not WITH_CENTS.match(text, match.start())
    ]
    found = zip(hits.positions.tolist(), hits.values.tolist(), hits.is_short.tolist(), strict=True)
    assert list(found) == expected
