"""The cloud in words: offers, machines, budget bars, the estimate, and what a launch asks. Pure."""

from typing import Any

from textual.content import Content

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.format import NOT_MEASURED, show_dollars, show_duration, show_share
from afs_tui.glyphs import draw_bar, glyphs
from afs_tui.widgets.row_list import Cell, Column

OFFER_COLUMNS = (
    Column("GPU"),
    Column("memory", 7, "right"),
    Column("$/hour", 8, "right"),
    Column("this job", 9, "right"),
    Column("at worst", 9, "right"),
    Column("time", 8, "right", from_width=72),
    Column("reliable", 8, "right", from_width=84),
    Column("where", 16, from_width=100),
)
MACHINE_COLUMNS = (
    Column("machine", 9),
    Column("run"),
    Column("state", 14),
    Column("GPU", 12, from_width=84),
    Column("age", 9, "right"),
    Column("$/hour", 8, "right", from_width=64),
    Column("so far", 8, "right"),
    Column("at most", 8, "right"),
)
_BAR_CELLS = 10
_STYLES = {"running": "$success", "foreign": "$foreground-muted", "orphan": "bold $error"}


def offer_cells(offer: "api.OfferView") -> tuple[Cell, ...]:
    """GPU, memory, rate, the job's expected and worst cost, time, reliability, place."""
    return (
        clean_line(offer.gpu),
        f"{offer.gpu_ram_gb:.0f} GB",
        f"{offer.usd_per_hour:.3f}",
        Content.styled(show_dollars(offer.expected_usd), "bold"),
        show_dollars(offer.worst_usd),
        show_duration(offer.expected_hours * 3600),
        show_share(offer.reliability),
        clean_line(offer.location),
    )


def machine_cells(machine: "api.MachineView") -> tuple[Cell, ...]:
    """Machine, run, state, GPU, age, rate, cost so far and at most. Not ours: left alone."""
    state = machine.provider_state or "not shown" if machine.state == "rented" else machine.state
    is_lost = machine.run_id and not machine.is_controlled
    told = f"{glyphs().failed} {state}" if is_lost or machine.state == "orphan" else state
    rate = NOT_MEASURED if machine.usd_per_hour is None else f"{machine.usd_per_hour:.3f}"
    return (
        NOT_MEASURED if machine.instance_id is None else str(machine.instance_id),
        clean_line(machine.name),
        Content.styled(clean_line(told), _STYLES.get(state, "")),
        clean_line(machine.gpu),
        show_duration(machine.age_seconds),
        rate,
        show_dollars(machine.metered_usd),
        show_dollars(machine.at_most_usd),
    )


def describe_budgets(view: "api.CloudView") -> Content:
    """A bar a window: what is spent and held of its cap."""
    lines = []
    for each in view.budgets:
        cap = each.cap_usd
        used = (each.spent_usd + each.committed_usd) / cap if cap else 0.0
        style = "$error" if used >= 0.8 else "$primary"
        limit = ", no cap" if cap is None else f" of {show_dollars(cap)}"
        held = f", {show_dollars(each.committed_usd)} held" if each.committed_usd else ""
        told = f" {show_dollars(each.spent_usd)}{held}{limit}"
        lines.append(
            Content.assemble(
                (f"{each.window:<6}", "$foreground-muted"), (draw_bar(used, _BAR_CELLS), style), told
            )
        )
    if view.credit_usd is not None:
        lines.append(Content.assemble(("credit", "$foreground-muted"), f" {show_dollars(view.credit_usd)}"))
    if view.trouble:
        lines.append(Content.styled("the account can't be asked", "$warning"))
    elif view.next_step:
        lines.append(Content.styled(f"{glyphs().failed} {clean_line(view.next_step)}", "bold $warning"))
    return Content("\n").join(lines)


def describe_estimate(found: Any, trouble: str, hint: str) -> Content:
    """The machine a launch would take and what it costs, or why it would take none."""
    if trouble or found is None:
        return Content.assemble((clean_line(trouble), "$warning"), f"\n{clean_line(hint)}")
    if found.offer is None:
        return Content.styled(clean_line(found.refusal), "$warning")
    offer = found.offer
    return Content.assemble(
        (clean_line(offer.gpu), "bold"),
        f", {offer.gpu_ram_gb:.0f} GB, {show_dollars(offer.usd_per_hour)}/h\n",
        ("expected ", "$foreground-muted"),
        f"{show_dollars(offer.expected_usd)} in {show_duration(offer.expected_hours * 3600)}\n",
        ("at worst ", "$foreground-muted"),
        (show_dollars(found.committed_usd), "bold $warning"),
        f" in {found.max_hours:.1f} h, held first\n",
        ("budget   ", "$foreground-muted"),
        f"{show_dollars(found.left_usd)} free of {show_dollars(found.budget_usd)}",
    )


def launch_question(found: Any) -> tuple[str, str]:
    """What a launch asks, and the dollars that must be typed."""
    offer = found.offer
    dollars = f"{found.committed_usd:.2f}"
    text = (
        f"Rent 1x {clean_line(offer.gpu)} at {show_dollars(offer.usd_per_hour)}/h: "
        f"{show_dollars(offer.expected_usd)} expected, ${dollars} at worst, "
        f"from a budget of {show_dollars(found.budget_usd)}. It ends by itself after {found.max_hours:.1f} h."
    )
    return text, dollars
