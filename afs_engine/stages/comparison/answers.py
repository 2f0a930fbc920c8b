"""Generated answers in tables: the measures of each model, and the answers to one question side by side.

Pure text.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from afs_engine.stages.answers.records import AnswerRecord
from afs_engine.stages.training.results import AnswerMeasure, EvalMetrics

ANSWER_COLUMNS = ("rows", "exact", "contained", "chrF", "assembles")


class GivenAnswer(BaseModel):
    """What one model answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    model: str
    answer: str
    exact: bool
    contained: bool
    chrf: float
    assembles: bool | None


class AnsweredQuestion(BaseModel):
    """One question and the answers of all models, in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: str
    expected: str
    features: list[str]
    answers: list[GivenAnswer]


def answer_cells(each: AnswerMeasure) -> tuple[str, ...]:
    """The cells under ANSWER_COLUMNS; without assembly the last one is empty."""
    assembles = "" if each.assembles is None else f"{each.assembles:.0%} of {each.assembly_rows:,}"
    return (f"{each.rows:,}", f"{each.exact:.0%}", f"{each.contained:.0%}", f"{each.chrf:.1f}", assembles)


def answer_rows(models: Sequence[EvalMetrics]) -> list[tuple[str, ...]]:
    """One row a model and feature (or domain, without features): both names, then the cells."""
    rows: list[tuple[str, ...]] = []
    for each in models:
        if each.answers is None:
            continue
        rows.append((each.model, "all", *answer_cells(each.answers)))
        parts = each.answers.per_feature or each.answers.per_domain
        rows += [(each.model, name, *answer_cells(part)) for name, part in parts.items()]
    return rows


def lay_side_by_side(
    names: Sequence[str], answers: Sequence[Sequence[AnswerRecord]]
) -> list[AnsweredQuestion]:
    """The questions that every model answered, in the order of the first one's."""
    by_line = [{record.line: record for record in each} for each in answers]
    shared = [record for record in answers[0] if all(record.line in each for each in by_line)]
    return [
        AnsweredQuestion(
            question=first.question,
            expected=first.expected,
            features=first.features,
            answers=[_given(name, each[first.line]) for name, each in zip(names, by_line, strict=True)],
        )
        for first in shared
    ]


def _given(name: str, record: AnswerRecord) -> GivenAnswer:
    return GivenAnswer(
        model=name,
        answer=record.answer,
        exact=record.exact,
        contained=record.contained,
        chrf=record.chrf,
        assembles=record.assembles,
    )
