"""A run for trackio: its settings, its curves and its final measures, kept where trackio keeps its runs."""

from itertools import groupby

from afs_engine.runs.reporting.report import RunFacts


def push(facts: RunFacts) -> str:
    """Writes the run; returns its place."""
    import trackio

    config = {**facts.settings, "tags": ", ".join(facts.tags), "notes": facts.notes}
    trackio.init(
        project=facts.project,
        name=facts.label,
        config=config,
        embed=False,
        auto_log_cpu=False,  # this machine now says nothing of the training then
        auto_log_gpu=False,
    )
    last = 0
    for step, points in groupby(facts.points, key=lambda point: point.step):
        trackio.log({point.name: point.value for point in points}, step=step)
        last = max(last, step)
    trackio.log(facts.measures, step=last)
    trackio.finish()
    return f"project {facts.project}; `trackio show --project {facts.project}` opens it"
