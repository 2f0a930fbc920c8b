"""The pipeline: the steps of a recipe, in order, each told to the journal.

Owns the order, what `--until` means, and how a stage's outcome becomes events. `runner` opens the
run's folder around it; `plan` walks the same steps without doing any.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from afs_engine.events import StageFinished, StageStarted
from afs_engine.runs.context import StepContext, StepOutcome, outcome_of
from afs_engine.runs.freed_memory import give_back_freed_memory
from afs_engine.runs.stage_names import STAGES
from afs_engine.runs.steps.balance import Buffer, TrainingSet, balance_rows, build_buffer
from afs_engine.runs.steps.convert import Converted, convert_rows
from afs_engine.runs.steps.dedup import Deduplicated, deduplicate
from afs_engine.runs.steps.earlier import Earlier, read_earlier
from afs_engine.runs.steps.evaluate import Evaluated, evaluate_adapter
from afs_engine.runs.steps.export import Exported, export_sources
from afs_engine.runs.steps.register import Registered, register_run
from afs_engine.runs.steps.score import Scored, score_rows
from afs_engine.runs.steps.split import Split, split_rows
from afs_engine.runs.steps.train import Trained, train_adapter


@dataclass
class Products:
    """What the steps have made so far; a step reads only what comes before it."""

    exported: list[Exported] = field(default_factory=list)
    earlier: Earlier | None = None
    scored: Scored | None = None
    deduplicated: Deduplicated | None = None
    split: Split | None = None
    buffer: Buffer | None = None
    training: TrainingSet | None = None
    converted: Converted | None = None
    trained: Trained | None = None
    evaluated: Evaluated | None = None
    registered: Registered | None = None


def walk(context: StepContext, products: Products, until: str) -> Iterator[StepOutcome]:
    """Runs the steps up to and including `until`, yielding each stage's outcome."""
    for stage in STAGES[: STAGES.index(until) + 1]:
        started = monotonic()
        context.emit(StageStarted(stage=stage))
        outcome = _STEPS[stage](context, products)
        context.input_digests.save()
        context.emit(_finished(outcome, monotonic() - started))
        if outcome.executed:
            give_back_freed_memory()
        yield outcome


def _finished(outcome: StepOutcome, seconds: float) -> StageFinished:
    return StageFinished(
        stage=outcome.stage,
        state="executed" if outcome.executed else "cached",
        digest=outcome.digest,
        rows_in=outcome.rows_in,
        rows_out=outcome.rows_out,
        seconds=round(seconds, 3),
    )


def _export(context: StepContext, made: Products) -> StepOutcome:
    made.exported = export_sources(context)
    made.earlier = read_earlier(context, made.exported[-1])
    entries = [each.entry for each in made.exported]
    return outcome_of("export", *entries, *([made.earlier.entry] if made.earlier else []))


def _score(context: StepContext, made: Products) -> StepOutcome:
    made.scored = score_rows(context, made.exported, made.earlier)
    return outcome_of("score", *made.scored.parts, made.scored.entry)


def _dedup(context: StepContext, made: Products) -> StepOutcome:
    assert made.scored
    made.deduplicated = deduplicate(context, made.exported, made.scored, made.earlier)
    return outcome_of("dedup", made.deduplicated.entry)


def _split(context: StepContext, made: Products) -> StepOutcome:
    assert made.deduplicated
    made.split = split_rows(context, made.exported, made.deduplicated)
    return outcome_of("split", made.split.entry)


def _rehearse(context: StepContext, made: Products) -> StepOutcome:
    if made.earlier is None:
        return outcome_of("rehearse")
    assert made.scored and made.deduplicated
    made.buffer = build_buffer(context, made.earlier, made.scored, made.deduplicated)
    return outcome_of("rehearse", made.buffer.entry)


def _balance(context: StepContext, made: Products) -> StepOutcome:
    assert made.scored and made.split
    made.training = balance_rows(context, made.exported, made.scored, made.split, made.earlier, made.buffer)
    return outcome_of("balance", made.training.entry)


def _convert(context: StepContext, made: Products) -> StepOutcome:
    assert made.scored and made.split and made.training
    made.converted = convert_rows(
        context, made.exported, made.scored, made.split, made.earlier, made.training
    )
    return outcome_of("convert", made.converted.entry)


def _train(context: StepContext, made: Products) -> StepOutcome:
    assert made.converted
    made.trained = train_adapter(context, made.converted)
    return outcome_of("train", made.trained.entry)


def _evaluate(context: StepContext, made: Products) -> StepOutcome:
    assert made.converted and made.trained
    made.evaluated = evaluate_adapter(context, made.converted, made.trained)
    return outcome_of("evaluate", made.evaluated.entry)


def _register(context: StepContext, made: Products) -> StepOutcome:
    assert made.converted and made.trained and made.evaluated
    made.registered = register_run(context, made.converted, made.trained, made.evaluated)
    return outcome_of("register", made.registered.entry)


_STEPS: dict[str, Callable[[StepContext, Products], StepOutcome]] = {
    "export": _export,
    "score": _score,
    "dedup": _dedup,
    "split": _split,
    "rehearse": _rehearse,
    "balance": _balance,
    "convert": _convert,
    "train": _train,
    "evaluate": _evaluate,
    "register": _register,
}
