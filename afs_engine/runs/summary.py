"""The summary of a run for a person: what went in, what was dropped and why, how the model does.

Pure text from what the steps have made. Knows no terminal.
"""

from afs_engine.data.counted import counted
from afs_engine.runs.context import StepOutcome
from afs_engine.runs.pipeline import Products
from afs_engine.runs.recipe import Recipe
from afs_engine.runs.steps.forgetting import EarlierMetrics
from afs_engine.runs.steps.measure_adapter import RunMetrics
from afs_engine.stages.comparison.answers import ANSWER_COLUMNS, answer_cells
from afs_engine.stages.comparison.report import interval_text
from afs_engine.stages.comparison.results import Contrast
from afs_engine.stages.training.results import EvalMetrics


def summarise(name: str, recipe: Recipe, made: Products, outcomes: list[StepOutcome]) -> str:
    """The summary as Markdown; the same for the same results."""
    parts = [f"# {name}", "", *_ledger_table(outcomes)]
    if any(each.entry.result.facts.get("redacted") for each in made.exported):
        parts += ["", "## Redacted", "", *_redaction_table(made)]
    if made.split:
        parts += ["", "## Sides by domain", "", *_side_table(made)]
    if made.training:
        parts += ["", "## Training set", "", *_share_table(made)]
    if made.converted:
        parts += ["", "## Leaks", "", _leaks(made)]
    if made.evaluated:
        metrics = made.evaluated.metrics
        parts += ["", "## Held-out loss", "", *_metric_table(metrics)]
        parts += _answer_table(metrics)
        if metrics.earlier:
            parts += ["", "## Forgotten and learned", "", *_earlier_table(metrics.earlier)]
    if made.registered:
        parts += ["", f"Registered as `{made.registered.label}`, base `{recipe.train.base_model}`."]
    return "\n".join(parts) + "\n"


def _ledger_table(outcomes: list[StepOutcome]) -> list[str]:
    lines = ["| stage | in | out | gone |", "|---|---:|---:|---|"]
    for ledger in [ledger for outcome in outcomes for ledger in outcome.ledgers]:
        gone = ledger.reasons() if ledger.reasons() != "none" else ""
        extra = f"{ledger.repeated:,} repeated" if ledger.repeated else ""
        told = "; ".join(part for part in (gone, extra) if part)
        lines.append(f"| {ledger.stage} | {ledger.rows_in:,} | {ledger.rows_out:,} | {told} |")
    return lines


def _redaction_table(made: Products) -> list[str]:
    lines = ["| source | kind | findings |", "|---|---|---:|"]
    for each in made.exported:
        counts = each.entry.result.facts.get("redacted", {})
        lines += [f"| {each.name} | {kind} | {count:,} |" for kind, count in counts.items()]
    return lines


def _side_table(made: Products) -> list[str]:
    assert made.split
    counts = made.split.entry.result.facts["rows_by_domain_and_side"]
    lines = ["| domain | train | val | test |", "|---|---:|---:|---:|"]
    return lines + [
        f"| {domain} | {c['train']:,} | {c['val']:,} | {c['test']:,} |" for domain, c in counts.items()
    ]


def _share_table(made: Products) -> list[str]:
    assert made.training
    facts = made.training.entry.result.facts
    lines = ["| name | weight | available | drawn |", "|---|---:|---:|---:|"]
    for share in facts["shares"]:
        drawn = f"{share['drawn']:,}{' (all)' if share['binds'] else ''}"
        lines.append(f"| {share['name']} | {share['weight']:g} | {share['available']:,} | {drawn} |")
    return [*lines, "", f"{counted(facts['rehearsed'], 'row')} rehearsed from the earlier version."]


def _leaks(made: Products) -> str:
    assert made.converted
    leaks = made.converted.entry.result.facts["leaks"]
    near = "not searched" if leaks["near_pairs"] is None else f"{leaks['near_pairs']:,}"
    return f"Pairs across sides: {leaks['exact_pairs']:,} exact, {near} near-duplicates."


def _metric_table(metrics: RunMetrics) -> list[str]:
    lines = [
        "| measured on | domain | rows | loss | perplexity | base loss |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for name, values in _measured(metrics):
        lines += _metric_rows(name, values)
    return lines


def _measured(metrics: RunMetrics) -> list[tuple[str, EvalMetrics]]:
    """The sides that have rows, then the suites."""
    sides = [("val", metrics.val), ("test", metrics.test)]
    return [*((name, values) for name, values in sides if values), *metrics.suites.items()]


def _answer_table(metrics: RunMetrics) -> list[str]:
    """The section on generated answers, by feature where a suite names any; nothing without answers."""
    lines: list[str] = []
    for name, values in _measured(metrics):
        if values.answers:
            parts = values.answers.per_feature or values.answers.per_domain
            rows = [("all", values.answers), *parts.items()]
            lines += [f"| {name} | {part} | {' | '.join(answer_cells(each))} |" for part, each in rows]
    if not lines:
        return []
    head = f"| asked | part | {' | '.join(ANSWER_COLUMNS)} |"
    return ["", "## Answers", "", head, "|---|---|---:|---:|---:|---:|---|", *lines]


def _metric_rows(side: str, values: EvalMetrics) -> list[str]:
    base = "" if values.base_loss is None else f"{values.base_loss:.4f}"
    rows = [f"| {side} | all | {values.rows:,} | {values.loss:.4f} | {_short(values.perplexity)} | {base} |"]
    return rows + [
        f"| {side} | {domain} | {each.rows:,} | {each.loss:.4f} | {_short(each.perplexity)} | |"
        for domain, each in values.per_domain.items()
    ]


def _earlier_table(earlier: EarlierMetrics) -> list[str]:
    """Both adapters on both test sets, and what that means in a sentence."""
    lines = [
        "| test set of | domain | rows | before | after | difference | 95 % interval |",
        "|---|---|---:|---:|---:|---:|---|",
        *_contrast_rows(earlier.run, earlier.earlier_test),
    ]
    told = [_tell(f"The test set of `{earlier.run}`", earlier.earlier_test, "remembers it better", "forgot")]
    if earlier.own_test:
        lines += _contrast_rows("this run, new rows", earlier.own_test)
        told.append(_tell("New rows of this run's test set", earlier.own_test, "learned", "is worse there"))
    else:
        told.append("- This run's test set has no new row: what was learned is not measured.")
    about = f'"Before" is the adapter of `{earlier.run}`, "after" this run\'s; below 0 is better.'
    return [*lines, "", about, "", *told]


def _contrast_rows(test_set: str, contrast: Contrast) -> list[str]:
    parts = [("all", contrast.overall), *contrast.per_domain.items()]
    return [
        f"| {test_set} | {domain} | {each.rows:,} | {each.before:.4f} | {each.after:.4f}"
        f" | {each.difference:+.4f} | {interval_text(each)} |"
        for domain, each in parts
    ]


def _tell(test_set: str, contrast: Contrast, better: str, worse: str) -> str:
    """One sentence; it claims only what the interval allows."""
    verdict = contrast.overall.verdict
    meaning = {"better": f"the new adapter {better}", "worse": f"the new adapter {worse}"}.get(
        verdict, verdict
    )
    return f"- {test_set}: {meaning} ({contrast.overall.difference:+.4f} loss per {contrast.unit})."


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
