"""Scores as JSON members: what is named, how it is rounded, and what is left out."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.data.compiled import find_core
from afs_engine.stages.scoring.config import COMPONENT_NAMES
from afs_engine.stages.scoring.score_json import score_members, score_pieces

SCORE = st.none() | st.floats(0, 1, width=32)
NAMES = ("overall", *COMPONENT_NAMES)


def columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: np.array([row[name] for row in rows], dtype=np.float32) for name in NAMES}


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, SCORE)), max_size=5), st.data())
def test_what_was_measured_is_named_and_nothing_else(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    skip = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    found = score_members(columns(rows), np.array(skip, dtype=bool))
    assert len(found) == len(rows)
    for row, skipped, members in zip(rows, skip, found, strict=True):
        measured = {name: row[name] for name in COMPONENT_NAMES if row[name] is not None}
        if skipped or not measured:
            assert members == b""
            continue
        stored = json.loads(b"{" + members + b"}")
        assert stored.keys() == {"quality_score", "quality_components"}
        assert stored["quality_components"].keys() == measured.keys()
        for name, value in measured.items():
            assert abs(stored["quality_components"][name] - value) <= 0.5001e-4
        assert (stored["quality_score"] is None) == (row["overall"] is None)


def test_the_bytes_of_one_row() -> None:
    row = {"overall": 0.70004, "electra": None, "asar": None, "entity": 1.0, "length": 0.0}
    (members,) = score_members(columns([row]), np.zeros(1, dtype=bool))
    assert members == b'"quality_score":0.7,"quality_components":{"entity":1.0,"length":0.0}'


@pytest.mark.skipif(find_core() is None, reason="no compiled core: reinstall with a C compiler")
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, SCORE)), min_size=1, max_size=5),
    st.sets(st.sampled_from(COMPONENT_NAMES)),
)
def test_pieces_join_to_the_members(rows: list[dict[str, Any]], asked: set[str]) -> None:
    core, scores = find_core(), columns(rows)
    expected = score_members(scores, np.zeros(len(rows), dtype=bool), asked)
    pieces = score_pieces(scores, asked)
    assert (pieces is None) == (b"" in expected)
    if core and pieces is not None:
        assert bytes(core.join(pieces, len(rows)).data) == b"".join(expected)
