"""Reads the pipeline's view: the plan of a recipe, and what changed since its last run.

Owns the words of "why". The plan itself is `runs.plan`.
"""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from afs_engine.runs.context import StepContext
from afs_engine.runs.plan import Plan, plan_recipe, read_only_context
from afs_engine.runs.run_folder import MANIFEST
from afs_engine.runs.stage_names import STAGES
from afs_engine.runs.steps.open_source import source_digest, source_path
from afs_engine.runs.views.pipeline_view import PipelineView, SourceLine, StageLine

# The first stage that each section of a recipe can change.
_FIRST_STAGE = {
    "sources": "export",
    "redact": "export",
    "score": "score",
    "dedup": "dedup",
    "split": "split",
    "run": "split",
    "rehearsal": "rehearse",
    "balance": "balance",
    "convert": "convert",
    "train": "train",
    "evaluate": "evaluate",
    "register": "register",
}
_MAX_NAMED = 2
_NO_DATA = ("run.name", "cloud.")  # a folder's name, and where training happens: they change no result


def read_pipeline(recipe_path: str, text: str | None = None) -> PipelineView:
    """The view of the recipe, or of `text` as if it stood in the recipe's file. Raises as `plan_recipe`."""
    path = Path(recipe_path)
    plan = plan_recipe(path, text)
    last = _newest_run(path.absolute().parent / "runs", plan.run_name)
    now = tomllib.loads(text if text is not None else path.read_text(encoding="utf-8-sig"))
    return PipelineView(
        run_name=plan.run_name,
        base_model=plan.base_model,
        last_run=last.name if last else "",
        sources=tuple(
            SourceLine(name=each.name, kind=each.kind, path=each.path, state=each.state, rows=each.rows)
            for each in plan.sources
        ),
        stages=_stage_lines(plan, _Reasons(read_only_context(path, text), last, now)),
    )


def _newest_run(runs: Path, name: str) -> Path | None:
    """The run of this name whose journal was written last."""
    numbered = [p for p in runs.glob(f"{name}-*") if p.name[len(name) + 1 :].isdigit()]
    found = [p for p in (runs / name, *numbered) if (p / "journal.jsonl").is_file()]
    return max(found, key=lambda p: ((p / "journal.jsonl").stat().st_mtime_ns, p.name), default=None)


def _stage_lines(plan: Plan, reasons: "_Reasons") -> tuple[StageLine, ...]:
    lines: list[StageLine] = []
    before = ""
    for stage in plan.stages:
        why = ""
        if stage.state == "would run":
            why = reasons.of_first(stage.stage) if not before else reasons.of_later(stage.stage, before)
            before = stage.stage
        lines.append(StageLine(stage.stage, stage.state, stage.rows_in, stage.rows_out, why))
    return tuple(lines)


class _Reasons:
    """Why stages would run, from what differs between the last run's recipe and this one."""

    def __init__(self, context: StepContext, last: Path | None, now: dict[str, Any]) -> None:
        self._context = context
        self._last = last
        self._changes = _changes(_recipe_of(last), now) if last else {}

    def of_first(self, stage: str) -> str:
        """The first stage that would run: a changed key, a changed input, or that it never ran."""
        if self._last is None:
            return "never run"
        if named := self._changed_up_to(stage):
            return _name_some(named)
        if not (self._last / MANIFEST).exists():
            return f"{self._last.name} stopped before it"
        if stage == "export" and (moved := self._moved_sources(self._last / MANIFEST)):
            return f"changed since {self._last.name}: {_name_some(moved)}"
        return "its result is not stored here"

    def _changed_up_to(self, stage: str) -> list[str]:
        reached = STAGES[: STAGES.index(stage) + 1]
        return [text for each in reached for text in self._changes.get(each, [])]

    def _moved_sources(self, manifest: Path) -> list[str]:
        """The sources whose files are not those that the last run read."""
        before: dict[str, str] = msgspec.json.decode(manifest.read_bytes()).get("inputs", {})
        found = []
        for source in self._context.recipe.sources:
            digest = source_digest(self._context, source, source_path(self._context, source))
            if before.get(source.name) != digest:
                found.append(source.name)
        return found

    def of_later(self, stage: str, before: str) -> str:
        own = self._changes.get(stage)
        return _name_some(own) if own else f"follows {before}"


def _name_some(texts: list[str]) -> str:
    more = len(texts) - _MAX_NAMED
    return ", ".join(texts[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def _recipe_of(run: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((run / "recipe.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[str]]:
    """For each stage the keys that differ, as "balance.weights.oracle 0.6 to 0.5"."""
    before, after = _flat(old), _flat(new)
    changes: dict[str, list[str]] = {}
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key) or key.startswith(_NO_DATA):
            continue
        stage = _FIRST_STAGE.get(key.partition(".")[0], "export")
        changes.setdefault(stage, []).append(f"{key} {_show(before.get(key))} to {_show(after.get(key))}")
    return changes


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            for place, each in enumerate(value):
                flat |= _flat(each, f"{prefix}{key}.{each.get('name', place)}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _show(value: Any) -> str:
    return "unset" if value is None else str(value)
