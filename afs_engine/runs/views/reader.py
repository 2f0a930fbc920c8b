"""Asking the engine from a face without its weight: a helper process reads, this side only waits.

The process is started at the first question and again after it died; it ends with the face. Answers
are frozen dataclasses. Light on purpose: imports nothing that reads data.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from afs_engine import errors
from afs_engine.errors import AfsError, Where, WorkerError
from afs_engine.runs.views.balance_view import BalanceView
from afs_engine.runs.views.experiments_view import ComparisonView, ExperimentsView, LineageStep
from afs_engine.runs.views.pipeline_view import PipelineView
from afs_engine.runs.views.score_columns import ScoreColumns
from afs_engine.runs.views.scores_view import (
    SampleLine,
    SampleOrder,
    SampleView,
    ScoredPart,
    ScoreFile,
    ScoresView,
)
from afs_engine.runs.views.sources_view import SourceEntry, SourceInside
from afs_engine.runs.views.split_view import SplitView, TrainedRow
from afs_engine.runs.views.training_view import TrainingView
from afs_engine.runs.views.wire import Fault, Reply, Request

_ROOT = Path(__file__).resolve().parents[3]
_Answer = TypeVar("_Answer")


class EngineReader:
    """The questions a face may ask. Every call blocks until the answer is there: call it off the UI.

    Safe for several threads; slow questions do not hold up quick ones. Raises the engine's own
    AfsErrors, and WorkerError when the helper process ended before it answered.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: dict[int, Future[msgspec.Raw]] = {}
        self._numbers = count(1)

    def read_pipeline(self, recipe_path: Path, text: str | None = None) -> PipelineView:
        """The stages of the recipe, or of `text` as if it stood in that file, and why they would run."""
        return self._ask(PipelineView, "read_pipeline", recipe_path=str(recipe_path), text=text)

    def read_scores(self, recipe_path: Path, text: str | None = None) -> ScoresView:
        """What is scored under the recipe, or under `text` as if it stood in that file."""
        return self._ask(ScoresView, "read_scores", recipe_path=str(recipe_path), text=text)

    def read_score_columns(self, parts: Sequence[ScoredPart]) -> ScoreColumns:
        """The sorted scores of these parts, by domain and by source; mapped, so quick at any size."""
        return ScoreColumns(self._ask(ScoreFile, "read_score_file", parts=list(parts)))

    def count_samples(self, parts: Sequence[ScoredPart], wanted: str) -> int:
        """How many samples match a filter such as "domain:asm source:hack text". Raises UsageError."""
        return self._ask(int, "count_samples", parts=list(parts), wanted=wanted)

    def read_samples(
        self, parts: Sequence[ScoredPart], order: SampleOrder, start: int, count: int
    ) -> list[SampleLine]:
        """A page of the samples in an order; row numbers count through all parts."""
        page = {"start": start, "count": count, **asdict(order)}
        return self._ask(list[SampleLine], "read_samples", parts=list(parts), **page)

    def read_sample(
        self, recipe_path: Path, text: str | None, parts: Sequence[ScoredPart], row: int
    ) -> SampleView:
        """One sample whole, and how its score comes about."""
        return self._ask(
            SampleView, "read_sample", recipe_path=str(recipe_path), text=text, parts=list(parts), row=row
        )

    def read_balance(self, recipe_path: Path, text: str | None = None) -> BalanceView:
        """The rows that each share of the recipe can draw from. Raises UsageError for bad weights."""
        return self._ask(BalanceView, "read_balance", recipe_path=str(recipe_path), text=text)

    def read_training(self, recipe_path: Path, text: str | None = None) -> TrainingView:
        """The keys of [train], how much work the training is, and what this machine has."""
        return self._ask(TrainingView, "read_training", recipe_path=str(recipe_path), text=text)

    def read_experiments(self, folder: Path) -> ExperimentsView:
        """The registry of the workspace. Raises StorageError where it is damaged or lost."""
        return self._ask(ExperimentsView, "read_experiments", folder=str(folder))

    def compare_versions(self, folder: Path, labels: Sequence[str]) -> ComparisonView:
        """Registered versions side by side."""
        return self._ask(ComparisonView, "compare_versions", folder=str(folder), labels=list(labels))

    def read_lineage(self, folder: Path, label: str) -> list[LineageStep]:
        """A version and its ancestors, each with its sources."""
        return self._ask(list[LineageStep], "read_lineage", folder=str(folder), label=label)

    def promote_version(self, folder: Path, label: str) -> str:
        """Makes a version the one in use; returns its label."""
        return self._ask(str, "promote_version", folder=str(folder), label=label)

    def roll_back_version(self, folder: Path, name: str) -> str:
        """Brings back the version in use before; returns its label."""
        return self._ask(str, "roll_back_version", folder=str(folder), name=name)

    def read_sources(self, recipe_path: Path, text: str | None = None) -> list[SourceEntry]:
        """The sources of the recipe, as they lie and as they were exported."""
        return self._ask(list[SourceEntry], "read_sources", recipe_path=str(recipe_path), text=text)

    def find_sources(self, known: Sequence[str]) -> list[SourceEntry]:
        """What else lies on this machine; `known` are the paths to leave out. May take a while."""
        return self._ask(list[SourceEntry], "find_sources", known=list(known))

    def read_source_inside(self, recipe_path: Path, text: str | None, place: int) -> SourceInside:
        """Rows, redactions and refused lines of an exported source. Raises UsageError before its export."""
        return self._ask(
            SourceInside, "read_source_inside", recipe_path=str(recipe_path), text=text, place=place
        )

    def read_split(self, recipe_path: Path, text: str | None = None) -> SplitView:
        """Sides by domain, lengths, groups and the leak certificate."""
        return self._ask(SplitView, "read_split", recipe_path=str(recipe_path), text=text)

    def read_trained_rows(
        self, recipe_path: Path, text: str | None, start: int, count: int
    ) -> list[TrainedRow]:
        """Rows of the train side as they will be trained. Raises UsageError before the split."""
        return self._ask(
            list[TrainedRow],
            "read_trained_rows",
            recipe_path=str(recipe_path),
            text=text,
            start=start,
            count=count,
        )

    def prepare_demo(self, recipe_path: Path) -> str:
        """Does the demo's stages up to the data files and makes its recorded runs known."""
        return self._ask(str, "prepare_demo", recipe_path=str(recipe_path))

    def close(self) -> None:
        """Ends the helper process; a question in flight gets WorkerError."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None and process.stdin:
            process.kill()
            process.wait()
            process.stdin.close()

    def _ask(self, answer: type[_Answer], call: str, **args: Any) -> _Answer:
        future: Future[msgspec.Raw] = Future()
        number = next(self._numbers)
        line = msgspec.json.encode(Request(number, call, args)) + b"\n"
        with self._lock:
            process = self._started()
            self._waiting[number] = future
            assert process.stdin
            try:
                process.stdin.write(line)
                process.stdin.flush()
            except OSError:
                self._waiting.pop(number)
                raise _ended() from None
        return msgspec.json.decode(future.result(), type=answer)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        environment = dict(os.environ)
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{_ROOT}{os.pathsep}{known}" if known else str(_ROOT)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "afs_engine.runs.views"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # a Ctrl-C in the terminal is the face's business
        )
        self._process = process
        threading.Thread(target=self._listen, args=(process,), daemon=True, name="engine-reader").start()
        return process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                self._deliver(msgspec.json.decode(line, type=Reply))
        process.wait()
        with self._lock:
            if self._process not in (None, process):
                return  # another one is at work; the questions are its own
            lost, self._waiting = self._waiting, {}
        for future in lost.values():
            future.set_exception(_ended())

    def _deliver(self, reply: Reply) -> None:
        with self._lock:
            future = self._waiting.pop(reply.number, None)
        if future is None:
            return
        if reply.fault is not None:
            future.set_exception(_rebuild(reply.fault))
        else:
            future.set_result(reply.answer)


def _ended() -> WorkerError:
    return WorkerError("the reading process ended before it answered", hint="try again; it starts anew")


def _rebuild(fault: Fault) -> AfsError:
    """The error as it was raised there."""
    kind = getattr(errors, fault.kind, WorkerError)
    where = Where(Path(fault.path), fault.line) if fault.path else None
    error: AfsError = kind(fault.what, where=where, hint=fault.hint)
    return error
