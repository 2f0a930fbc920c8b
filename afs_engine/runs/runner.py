"""Running a recipe from its file: the run folder, the journal, the steps, and what is left behind.

Owns what a finished run's folder holds (recipe.toml, journal.jsonl, ledger.json, leak.json,
manifest.json, experiment.json, data/, adapter/, metrics.json, answers/, summary.md). The steps' work
is `pipeline`.
"""

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from afs_engine import __version__
from afs_engine.data.input_digests import InputDigests
from afs_engine.data.store import Store
from afs_engine.errors import AfsError, InterruptedRunError
from afs_engine.events import LogLine, RunFailed, RunFinished, RunStarted
from afs_engine.runs.claim import ClaimedRun, claim_run
from afs_engine.runs.context import StepContext, StepOutcome, Trainer
from afs_engine.runs.jobs.recording import record_run
from afs_engine.runs.journal import Journal, Listener
from afs_engine.runs.pipeline import Products, walk
from afs_engine.runs.recipe import Recipe
from afs_engine.runs.run_folder import MANIFEST, RunFolder
from afs_engine.runs.stage_names import STAGES
from afs_engine.runs.steps.train import library_versions
from afs_engine.runs.summary import summarise
from afs_engine.runs.training_check import train_here
from afs_engine.runs.workspace import Workspace

_OWN_LIBRARIES = ("polars", "numpy", "msgspec", "xxhash")


@dataclass
class _Run:
    recipe: Recipe
    folder: RunFolder
    until: str
    train: Trainer
    products: Products = field(default_factory=Products)
    outcomes: list[StepOutcome] = field(default_factory=list)


def run_recipe(
    recipe_path: Path,
    *,
    until: str = STAGES[-1],
    listeners: list[Listener] | None = None,
    name: str | None = None,
    train: Trainer = train_here,
) -> RunFinished:
    """Runs the recipe up to `until`; returns the last event.

    Every event goes to the journal and to `listeners`. `name` replaces the recipe's name of the run,
    `train` trains (elsewhere, perhaps). Raises AfsError; what was finished stays in
    the store, and the next call goes on from there. KeyboardInterrupt becomes InterruptedRunError.
    """
    claimed = claim_run(recipe_path, until, name)
    record_run(claimed.folder, claimed.recipe_path, until).write_pid(os.getpid())
    return run_claimed(claimed, listeners or [], train)


def run_claimed(claimed: ClaimedRun, listeners: list[Listener], train: Trainer = train_here) -> RunFinished:
    """Does the run, as `run_recipe` describes."""
    folder = claimed.folder
    with Journal(folder.journal, listeners, locked=claimed.journal) as journal:
        run = _Run(claimed.recipe, folder, claimed.until, train)
        journal.record(
            RunStarted(
                name=folder.path.name,
                run_dir=str(folder.path),
                recipe=str(claimed.recipe_path),
                resumed=folder.resumed,
            )
        )
        try:
            return _walk_and_finish(run, Workspace(claimed.recipe_path.absolute().parent), journal)
        except KeyboardInterrupt:
            stopped = InterruptedRunError(
                "stopped; finished stages are kept", where=folder.path, hint="run the same command to go on"
            )
            _record_failure(journal, run, stopped)
            raise stopped from None
        except AfsError as error:
            _record_failure(journal, run, error)
            raise
        except Exception as error:  # a defect of ours: the journal must not look like a killed run's
            _record_failure(journal, run, AfsError(f"{type(error).__name__}: {error} (a defect of AFS)"))
            raise


def _walk_and_finish(run: _Run, workspace: Workspace, journal: Journal) -> RunFinished:
    store = Store(workspace.store)
    store.sweep()
    context = StepContext(
        recipe=run.recipe,
        run_dir=run.folder.path,
        workspace=workspace,
        store=store,
        input_digests=InputDigests(workspace.input_digests),
        emit=journal.record,
        train=run.train,
    )
    for outcome in walk(context, run.products, run.until):
        run.outcomes.append(outcome)
        for text in outcome.warnings:
            journal.record(LogLine(level="warning", text=text))
    digests = _leave_files(run)
    _tell_tracker(run, workspace, journal)
    finished = RunFinished(
        run_dir=str(run.folder.path),
        stages={each.stage: "executed" if each.executed else "cached" for each in run.outcomes},
        digests=digests,
    )
    journal.record(finished)
    return finished


def _tell_tracker(run: _Run, workspace: Workspace, journal: Journal) -> None:
    """Tells the recipe's tracker of a run that was registered now; its refusal is a warning, not an error."""
    tracker, registered = run.recipe.register_.report_to, run.products.registered
    if tracker == "none" or registered is None or not registered.entry.executed:
        return
    from afs_engine.runs.reporting.report import report

    try:
        told = report(registered.experiment, workspace.root, tracker)
        journal.record(LogLine(text=f"told {tracker}: {told.place}"))
    except AfsError as error:
        journal.record(LogLine(level="warning", text=str(error)))


def _record_failure(journal: Journal, run: _Run, error: AfsError) -> None:
    stage = STAGES[len(run.outcomes)] if len(run.outcomes) < len(STAGES) else ""
    journal.record(RunFailed(error=str(error), hint=error.hint, stage=stage, exit_code=error.exit_code))


def _leave_files(run: _Run) -> dict[str, str]:
    """Fills the run's folder with what there is; the manifest of a whole run comes last."""
    folder, made = run.folder, run.products
    digests: dict[str, str] = {}
    ledgers = [ledger.model_dump() for outcome in run.outcomes for ledger in outcome.ledgers]
    folder.write_json("ledger.json", {"stages": ledgers, **_source_accounts(made)})
    if made.converted:
        folder.adopt("data", made.converted.data)
        folder.adopt("leak.json", made.converted.entry.folder / "leak.json")
        digests |= {f"data/{name}": value for name, value in made.converted.digests.items()}
    if made.trained:
        folder.adopt("adapter", made.trained.adapter)
        sums = dict(made.trained.entry.result.facts["sha256"])
        digests |= {f"adapter/{name}": value for name, value in sums.items()}
    if made.evaluated:
        folder.adopt("metrics.json", made.evaluated.entry.folder / "metrics.json")
        if made.evaluated.answers.is_dir():
            folder.adopt("answers", made.evaluated.answers)
    if made.registered:
        folder.adopt("experiment.json", made.registered.record)
    folder.write_text("summary.md", summarise(folder.path.name, run.recipe, made, run.outcomes))
    if run.until == STAGES[-1]:
        folder.write_json(MANIFEST, _manifest(run, digests))
    return digests


def _source_accounts(made: Products) -> dict[str, object]:
    """For each source what became of its records, and how much was redacted by kind."""
    accounts: dict[str, object] = {}
    for name in ("records", "redacted"):
        by_source = {each.name: each.entry.result.facts.get(name) for each in made.exported}
        accounts[name] = {source: facts for source, facts in by_source.items() if facts}
    return accounts


def _manifest(run: _Run, digests: dict[str, str]) -> dict[str, object]:
    return {
        "name": run.folder.path.name,
        "seed": run.recipe.run.seed,
        "inputs": {each.name: each.entry.result.facts["input_digest"] for each in run.products.exported},
        "digests": digests,
        "stages": {
            each.stage: [
                {"kind": e.result.kind, "key": e.result.key, "digest": e.result.digest} for e in each.entries
            ]
            for each in run.outcomes
        },
        "versions": {
            "afs": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _OWN_LIBRARIES},
            **library_versions(),
        },
        "registered": run.products.registered.label if run.products.registered else "",
    }
