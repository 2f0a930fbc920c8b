"""How the cloud reads on a terminal, and its records as JSON."""

from collections.abc import Iterable

import click
import msgspec

from afs_engine.cli.jobs.words import duration
from afs_engine.cli.output import table
from afs_engine.data.display import clean_text
from afs_engine.runs.cloud.views import BudgetView, CloudView, CostView, MachineView, OfferView


def print_record(record: object, lines: Iterable[str], *, as_json: bool) -> None:
    """A record (or a list of them) as one line of JSON, or as readable lines."""
    if as_json:
        click.echo(msgspec.json.encode(record).decode())
        return
    for line in lines:
        click.echo(clean_text(line))


def money(usd: float | None) -> str:
    """E.g. "$1.25"; small sums with more places; "-" where it is not known."""
    if usd is None:
        return "-"
    return f"${usd:.4f}" if 0 < usd < 0.1 else f"${usd:,.2f}"


def offer_lines(offers: list[OfferView]) -> list[str]:
    if not offers:
        return ["no machine on offer fits; ask for less GPU memory, disk or reliability"]
    rows = [
        (
            str(each.offer_id),
            each.gpu,
            f"{each.gpu_ram_gb:.0f} GB",
            money(each.expected_usd),
            money(each.worst_usd),
            f"{money(each.usd_per_hour)}/h",
            f"{each.expected_hours:.1f} h",
            "-" if each.reliability is None else f"{each.reliability:.1%}",
            each.location,
        )
        for each in offers
    ]
    head = ("offer", "GPU", "memory", "this job", "at worst", "rate", "time", "reliable", "where")
    return table(head, rows)


def machine_lines(machines: Iterable[MachineView]) -> list[str]:
    rows = [_machine_row(each) for each in machines]
    if not rows:
        return ["nothing is rented"]
    return table(("machine", "name", "state", "GPU", "age", "rate", "so far", "at most", "control"), rows)


def _machine_row(each: MachineView) -> tuple[str, ...]:
    state = each.state if each.state != "rented" else each.provider_state or "not shown"
    ours = each.state not in ("foreign", "orphan")
    control = ("yes" if each.is_controlled else "NONE: run `afs cloud sweep`") if ours else ""
    if each.state == "orphan":
        control = "ours, unknown run: run `afs cloud sweep`"
    return (
        "-" if each.instance_id is None else str(each.instance_id),
        each.name,
        state,
        each.gpu,
        "-" if each.age_seconds is None else duration(each.age_seconds),
        "-" if each.usd_per_hour is None else f"{money(each.usd_per_hour)}/h",
        money(each.metered_usd),
        money(each.at_most_usd),
        control or "not ours, left alone",
    )


def budget_lines(budgets: Iterable[BudgetView]) -> list[str]:
    lines = []
    for each in budgets:
        cap = "no cap of its own" if each.cap_usd is None else f"of {money(each.cap_usd)}"
        left = "" if each.left_usd is None else f", left {money(each.left_usd)}"
        spent = f"spent {money(each.spent_usd)}, committed {money(each.committed_usd)}"
        lines.append(f"{each.window:<6}{spent} {cap}{left}")
    return lines


def cloud_lines(view: CloudView) -> list[str]:
    lines = [*machine_lines(view.machines), "", *budget_lines(view.budgets)]
    if view.credit_usd is not None:
        lines.append(f"credit {money(view.credit_usd)}")
    if view.trouble:
        lines.append(f"the account can't be asked: {view.trouble}")
    if view.next_step:
        lines.append(f"next: {view.next_step}")
    return lines


def cost_lines(costs: list[CostView]) -> list[str]:
    if not costs:
        return ["nothing was rented from here yet"]
    rows = [
        (
            each.run_id,
            each.name,
            "-" if each.instance_id is None else str(each.instance_id),
            each.state,
            money(each.metered_usd),
            money(each.at_most_usd),
            money(each.invoiced_usd),
            each.outcome[:60],
        )
        for each in costs
    ]
    return table(("run", "name", "machine", "state", "metered", "at most", "invoiced", "ended because"), rows)
