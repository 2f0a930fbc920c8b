"""Judging generated answers against the expected ones, and summing them up. Knows no model."""

import math
from collections.abc import Callable, Iterable, Sequence

from afs_engine.stages.answers.chrf import chrf
from afs_engine.stages.answers.records import AnswerRecord
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.training.chat_rows import ChatRow
from afs_engine.stages.training.results import AnswerMeasure, AnswerMetrics


def judge_answers(rows: Sequence[ChatRow], answers: Sequence[str]) -> list[AnswerRecord]:
    """One record a row, in their order. Where the expected answer holds assembly, the answer must assemble.

    An answer without any assembly does not.
    """
    with AssemblyChecker() as checker:
        wanted = checker.check_many([row.answer for row in rows])
        given = checker.check_many(answers)
    return [
        AnswerRecord(
            line=row.line,
            domain=row.domain,
            features=list(row.features),
            question=row.user,
            expected=row.answer,
            answer=answer,
            exact=answer.split() == row.answer.split(),
            contained=" ".join(row.answer.split()) in " ".join(answer.split()),
            chrf=round(chrf(answer, row.answer), 2),
            assembles=(said.score is not None and not said.errors) if code.score is not None else None,
        )
        for row, answer, code, said in zip(rows, answers, wanted, given, strict=True)
    ]


def sum_up(records: Sequence[AnswerRecord]) -> AnswerMetrics:
    """The measures of all answers, of each domain and of each feature."""
    return AnswerMetrics(
        **_measure(records).model_dump(),
        per_domain=_group(records, lambda record: [record.domain]),
        per_feature=_group(records, lambda record: record.features),
    )


def _group(
    records: Sequence[AnswerRecord], names: Callable[[AnswerRecord], Iterable[str]]
) -> dict[str, AnswerMeasure]:
    known = sorted({name for record in records for name in names(record)})
    return {name: _measure([record for record in records if name in names(record)]) for name in known}


def _measure(records: Sequence[AnswerRecord]) -> AnswerMeasure:
    code = [record.assembles for record in records if record.assembles is not None]
    return AnswerMeasure(
        rows=len(records),
        exact=_share([record.exact for record in records]),
        contained=_share([record.contained for record in records]),
        chrf=round(math.fsum(record.chrf for record in records) / len(records), 2),
        assembly_rows=len(code),
        assembles=_share(code) if code else None,
    )


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4)
