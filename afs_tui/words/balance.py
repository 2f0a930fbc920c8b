"""The words of the balance screen: what the training set comes to, its limit, what is rehearsed. Pure."""

from textual.content import Content

from afs_engine import api
from afs_tui.balance_plan import BalancePlan
from afs_tui.data_text import clean_line
from afs_tui.format import show_count


def describe_plan(view: "api.BalanceView", plan: BalancePlan) -> list[Content]:
    """The size first, then what limits it, then what a person should know."""
    about = "" if view.is_exact else "about "
    size = f"{about}{show_count(plan.rows)} samples: {show_count(plan.new_rows)} new"
    if plan.rehearsed:
        size += f", {show_count(plan.rehearsed)} rehearsed ({100 * plan.rehearsed / plan.rows:.1f} %)"
    if plan.repeated:
        size += f"; {show_count(plan.repeated)} of the new ones are repeats"
    lines = [Content.styled(size, "bold"), Content(_limit(view, plan))]
    lines += [Content.styled(warning, "$warning") for warning in _warnings(view, plan)]
    if not view.is_exact:
        told = "Counts are estimates until deduplication and split have run with these settings."
        lines.append(Content.styled(told, "$text-muted"))
    return lines


def describe_rehearsal(view: "api.BalanceView") -> str:
    """Where old samples come from and how many there are."""
    known = view.rehearsal
    if known is None:
        return "no earlier version is named: give [rehearsal] a run or a file in the recipe"
    start = f"from {clean_line(known.version)}: "
    if known.available is not None:
        return f"{start}{show_count(known.available)} of {show_count(known.rows)} may be drawn"
    return start + (
        "not read yet" if known.rows is None else f"{show_count(known.rows)} samples, none selected yet"
    )


def _limit(view: "api.BalanceView", plan: BalancePlan) -> str:
    if view.total is not None and plan.new_rows == view.total:
        return f"The size is set to {show_count(view.total)} (t changes it)."
    names = ", ".join(clean_line(name) for name in plan.limits[:3])
    if names and not view.oversample:
        return f"{names} limits it: all its samples are used. o repeats scarce ones instead."
    if plan.repeated:
        return "Scarce names are repeated up to their share (o turns that off)."
    return "Every sample is used at most once."


def _warnings(view: "api.BalanceView", plan: BalancePlan) -> list[str]:
    warnings = [
        f"{clean_line(name)} has a share but no sample: the run would refuse it" for name in plan.starved[:3]
    ]
    if view.uncovered:
        warnings.append(f"{show_count(view.uncovered)} samples are in no share and stay out")
    return warnings
