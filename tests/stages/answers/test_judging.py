"""Judging answers: exact, contained, alike, assembling; and suites that are read or refused."""

import json
from pathlib import Path

import pytest

from afs_engine.errors import InputError
from afs_engine.stages.answers.generate import choose_evenly
from afs_engine.stages.answers.judging import judge_answers, sum_up
from afs_engine.stages.answers.records import read_answers, write_answers
from afs_engine.stages.answers.suite import write_suite_rows
from afs_engine.stages.comparison.answers import answer_rows, lay_side_by_side
from afs_engine.stages.training.chat_rows import ChatRow, read_chat_rows

CODE = "```asm\nStart:\n  SEP #$20\n  LDA.b #$10\n  STA.w $2100\n  RTL\n```"
BROKEN = "```asm\nStart:\n  SEP #$20\n  LDQ.b #$10\n  STA.w $2100,Z\n  RTL\n```"
ROWS = [
    ChatRow(1, "What stores A?", "STA stores the accumulator.", "docs", features=("facts",)),
    ChatRow(2, "Which register?", "INIDISP", "docs", features=("facts", "names")),
    ChatRow(3, "Write it.", CODE, "asm", features=("code",)),
    ChatRow(5, "Write it again.", CODE, "asm", features=("code",)),
    ChatRow(6, "And again.", CODE, "asm"),
]
ANSWERS = ["STA  stores the\naccumulator.", "It is INIDISP.", CODE, BROKEN, "I don't know."]


def test_answers_are_judged_against_what_was_expected(tmp_path: Path) -> None:
    records = judge_answers(ROWS, ANSWERS)
    assert [record.exact for record in records] == [True, False, True, False, False]
    assert [record.contained for record in records] == [True, True, True, False, False]
    assert [record.assembles for record in records] == [None, None, True, False, False]
    assert records[0].chrf == records[2].chrf == 100
    assert 50 < records[3].chrf < 100
    write_answers(tmp_path, records)
    assert read_answers(tmp_path) == records
    made = sum_up(records)
    assert (made.rows, made.exact, made.contained) == (5, 0.4, 0.6)
    assert (made.assembly_rows, made.assembles) == (3, 0.3333)
    assert made.per_domain["docs"].assembles is None
    assert {name: each.rows for name, each in made.per_feature.items()} == {"code": 2, "facts": 2, "names": 1}


def test_the_answers_of_several_models_stand_side_by_side() -> None:
    first = judge_answers(ROWS, ANSWERS)
    second = judge_answers(ROWS[1:], ANSWERS[1:])  # it could not be measured on the first row
    questions = lay_side_by_side(["a", "b"], [first, second])
    assert [each.question for each in questions] == [row.user for row in ROWS[1:]]
    assert [given.model for given in questions[0].answers] == ["a", "b"]
    assert answer_rows([]) == []


def test_rows_are_chosen_evenly() -> None:
    assert choose_evenly(10, 4) == [0, 2, 5, 7]
    assert choose_evenly(3, 4) == [0, 1, 2]
    assert choose_evenly(3, 0) == []


def test_a_suite_becomes_rows_and_a_bad_line_is_named(tmp_path: Path) -> None:
    suite, rows = tmp_path / "suite.jsonl", tmp_path / "rows.jsonl"
    asked = {"question": "Q?", "expected": "A.", "features": ["x", "y"]}
    suite.write_text(json.dumps(asked) + "\n" + json.dumps({"question": "R?", "expected": "B."}) + "\n")
    write_suite_rows(suite, rows)
    assert [(row.user, row.answer, row.features) for row in read_chat_rows(rows)] == [
        ("Q?", "A.", ("x", "y")),
        ("R?", "B.", ()),
    ]
    for bad in ('{"question": "Q?"}', '{"question": "Q?", "expected": "A.", "feature": []}', "{", ""):
        suite.write_text(json.dumps(asked) + "\n" + bad + "\n")
        with pytest.raises(InputError, match=r"suite\.jsonl:2: not a question"):
            write_suite_rows(suite, rows)
    suite.write_text("")
    with pytest.raises(InputError, match="there is no question in it"):
        write_suite_rows(suite, rows)
