"""The arithmetic of money: properties that hold for any price and any size."""

from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.cloud.money.amounts import micro_down, micro_up, to_usd
from afs_engine.stages.cloud.money.budget import Caps, Held, Holdings, passed_alarms, refusal
from afs_engine.stages.cloud.money.estimate import (
    LEASE_HOURS,
    TEAR_DOWN_HOURS,
    affordable_hours,
    estimate_cost,
    worst_usd,
)
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.money.meter import Meter, Reading, advance, money_is_out
from afs_engine.stages.cloud.money.prices import Prices
from afs_engine.stages.cloud.money.ranking import misfit, rank_offers
from afs_engine.stages.cloud.provider import Offer

rates = st.floats(0.001, 20.0)
small = st.floats(0.0, 0.1)
prices = st.builds(Prices, rates, small, small, small)
needs = st.builds(
    JobNeed,
    gpu_ram_gb=st.just(20.0),
    disk_gb=st.floats(10.0, 500.0),
    train_hours=st.floats(0.1, 20.0),
    max_hours=st.floats(0.5, 48.0),
    upload_gb=st.floats(0.0, 50.0),
    result_gb=st.floats(0.0, 20.0),
)
micro = st.integers(0, 10**9)


def test_the_price_of_a_known_offer() -> None:
    """0.40 $/h GPU and 0.15 $/GB/month on 72 GB: 0.015 $/h for the disk, also while stopped."""
    asked = Prices(0.40, 0.15, upload_usd_per_gb=0.02, download_usd_per_gb=0.01)
    assert round(asked.storage_usd_per_hour(72.0), 6) == 0.015
    assert round(asked.running_usd_per_hour(72.0), 6) == 0.415
    assert round(asked.traffic_usd(into_gb=10.0, out_gb=1.0), 6) == 0.12


@given(prices, needs)
def test_the_worst_case_covers_any_life_up_to_the_limit(asked: Prices, need: JobNeed) -> None:
    """Also a lease and a tear-down after it at a price half as high again."""
    after = asked.running_usd_per_hour(need.disk_gb) * 1.5 * (LEASE_HOURS + TEAR_DOWN_HOURS)
    life = asked.running_usd_per_hour(need.disk_gb) * need.max_hours
    traffic = asked.traffic_usd(into_gb=need.into_gb, out_gb=need.result_gb)
    assert worst_usd(asked, need) >= life + after + traffic - 1e-9


@given(prices, needs, st.floats(0.01, 500.0))
def test_affordable_hours_are_affordable(asked: Prices, need: JobNeed, limit: float) -> None:
    from dataclasses import replace

    hours = affordable_hours(asked, need, limit)
    if hours > 0:
        assert worst_usd(asked, replace(need, max_hours=hours)) <= limit * (1 + 1e-9)


@given(prices, needs, st.floats(50.0, 2_000.0))
def test_parts_sum_up_and_a_slower_line_costs_more(asked: Prices, need: JobNeed, mbps: float) -> None:
    fast, slow = estimate_cost(asked, need, mbps), estimate_cost(asked, need, mbps / 2)
    parts = (fast.train_usd, fast.set_up_usd, fast.storage_usd, fast.traffic_usd, fast.tear_down_usd)
    assert fast.total_usd == sum(parts[:3]) + parts[3] + parts[4]
    assert slow.total_usd > fast.total_usd
    assert all(part >= 0 for part in parts)


@given(micro, micro, micro, micro, micro)
def test_nothing_is_admitted_past_any_cap(run: int, day: int, month: int, held: int, worst: int) -> None:
    caps = Caps(run, day, month)
    holdings = Holdings(Held(0, 0), Held(held, 0), Held(held, 1))
    fits = worst <= run and held + worst <= day and held + 1 + worst <= month
    assert (refusal(caps, holdings, worst) == "") == fits


@given(st.lists(st.floats(0.0, 100.0), max_size=30))
def test_held_money_is_never_understated(parts: list[float]) -> None:
    assert to_usd(sum(map(micro_up, parts))) >= sum(parts) - 1e-6
    assert all(micro_down(each) <= micro_up(each) for each in parts)


@given(prices, st.lists(st.tuples(st.floats(-10.0, 600.0), st.booleans(), prices), max_size=20))
def test_the_meter_only_grows_and_at_most_bounds_metered(
    first: Prices, looks: list[tuple[float, bool, Prices]]
) -> None:
    meter = Meter(first, 40.0, 1.0, 1.0)
    for seconds, active, asked in looks:
        moved = advance(meter, seconds, Reading(active, asked, 0.5, None))
        assert moved.at_most_usd >= meter.at_most_usd
        assert moved.metered_usd >= meter.metered_usd
        assert moved.at_most_usd >= moved.metered_usd - 1e-12
        meter = moved


def test_a_price_that_is_seen_late_counts_since_the_last_look() -> None:
    """Two polls fail while the price rises from 1 to 3 dollars an hour: all three hours cost 3."""
    cheap, dear = Prices(1.0, 0.0), Prices(3.0, 0.0)
    meter = Meter(cheap, 40.0, 0.0, 0.0, active=True)
    for reading in (Reading(), Reading(), Reading(True, dear)):
        meter = advance(meter, 3_600.0, reading)
    assert (meter.at_most_usd, meter.metered_usd) == (9.0, 9.0)


@given(prices, needs, st.floats(1.0, 60.0))
def test_the_money_stop_leaves_room_for_a_dead_controller(asked: Prices, need: JobNeed, poll: float) -> None:
    """Whatever was committed: when the stop says go on, a lease and a tear-down still fit."""
    committed = worst_usd(asked, need)
    meter = Meter(asked, need.disk_gb, need.into_gb, need.result_gb)
    while not money_is_out(meter, committed):
        last = meter
        meter = advance(meter, poll * 60, Reading(active=True))
        after = asked.running_usd_per_hour(need.disk_gb) * 1.5 * (LEASE_HOURS + TEAR_DOWN_HOURS)
        assert last.at_most_usd + after <= committed


def test_alarms_at_their_levels() -> None:
    assert passed_alarms(49, 100) == ()
    assert passed_alarms(50, 100) == (50,)
    assert passed_alarms(100, 100) == (50, 75, 90, 100)


def _offer(offer_id: int, rate: float, down_usd: float, mbps: float) -> Offer:
    asked = Prices(rate, 0.1, 0.0, down_usd)
    return Offer(offer_id, offer_id, "RTX 4090", 1, 24.0, 200.0, asked, mbps, 500.0, 0.99, 12.8, True)


def test_ranked_by_the_whole_job_not_by_rate() -> None:
    """The lowest rate loses: it charges for traffic and is slow to set up."""
    need = JobNeed(20.0, 50.0, 0.5, 4.0, packages_gb=6.0, image_gb=8.0)
    cheap_rate = _offer(1, 0.30, 0.02, 110.0)
    dear_rate = _offer(2, 0.36, 0.0, 900.0)
    ranked = rank_offers([cheap_rate, dear_rate], need)
    assert [each.offer.offer_id for each in ranked] == [2, 1]


def test_offers_that_do_not_fit_say_why() -> None:
    need = JobNeed(40.0, 50.0, 0.5, 4.0)
    assert "GPU memory" in misfit(_offer(1, 0.3, 0.0, 500.0), need)
    assert rank_offers([_offer(1, 0.3, 0.0, 500.0)], need) == []
