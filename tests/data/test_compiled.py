"""The compiled core beside its twins in Python: line ends, and lines put together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data.compiled import Pieces, find_core
from afs_engine.data.finished_line import finish_lines, finished_pieces
from afs_engine.data.jsonl_cut import find_line_ends

CORE = find_core()
pytestmark = pytest.mark.skipif(CORE is None, reason="no compiled core: reinstall with a C compiler")


def pieces_of(texts: list[bytes]) -> Pieces:
    lengths = np.array([len(text) for text in texts], np.int64)
    return Pieces(b"-" + b"".join(texts), 1 + np.cumsum(lengths) - lengths, lengths)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=60))
def test_line_ends_are_those_of_python(lengths: list[int]) -> None:
    text = b"".join(b"x" * length + b"\n" for length in lengths)
    assert CORE
    assert CORE.line_ends(text).tolist() == find_line_ends(text).tolist()


@settings(max_examples=50)
@given(st.lists(st.tuples(st.binary(max_size=9), st.binary(min_size=1, max_size=9)), min_size=1, max_size=9))
def test_finished_lines_are_those_of_python(rows: list[tuple[bytes, bytes]]) -> None:
    assert CORE
    opened = [b'{"output":"' + text.hex().encode() + b'"' for text, _ in rows]
    ids = [b"%032x" % number for number in range(len(rows))]
    scores = [b'"quality_score":' + score.hex().encode() for _, score in rows]
    joined = CORE.join(finished_pieces(pieces_of(opened), pieces_of(ids), [pieces_of(scores)]), len(rows))
    expected = finish_lines(opened, [0] * len(rows), ids, scores)
    assert bytes(joined.data) == expected
    assert joined.ends.tolist() == find_line_ends(expected).tolist()
