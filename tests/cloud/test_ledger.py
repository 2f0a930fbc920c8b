"""The ledger never promises money twice, and a lost or foreign ledger is never taken for an empty one."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from afs_engine.errors import AfsError, BudgetError, RecipeError, StorageError, UsageError
from afs_engine.stages.cloud.ledger.caps import BudgetWish, read_budget_file, resolve_caps
from afs_engine.stages.cloud.ledger.home import find_home, open_ledger
from afs_engine.stages.cloud.ledger.ledger import Ledger
from afs_engine.stages.cloud.money.budget import Caps
from tests.cloud.race import CAP, OWNER, WANTED, race, rental

CAPS = Caps(CAP, CAP, CAP)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "ledger.sqlite")
    made.create(OWNER)
    return made


def test_two_processes_never_get_the_last_dollar_twice(tmp_path: Path) -> None:
    assert race(tmp_path, 60) == [WANTED] * 60


def test_an_open_rental_holds_its_worst_case_and_a_closed_one_what_it_cost(ledger: Ledger) -> None:
    ledger.admit(rental("a", "run"), CAPS)
    with pytest.raises(BudgetError, match=r"left \$0\.40 of \$1\.00"):
        ledger.admit(rental("b", "other"), CAPS)
    ledger.change("a", lambda each: replace(each, instance_id=5))
    ledger.set_state("a", "closed", 1_800_000_100.0, "done")
    ledger.admit(rental("c", "other"), CAPS)
    held = ledger.holdings("other", 1_800_000_200.0)
    assert held.run.committed == WANTED
    assert 0 < held.day.spent < WANTED


def test_a_rental_that_was_never_made_costs_nothing(ledger: Ledger) -> None:
    ledger.admit(rental("a", "run"), CAPS)
    ledger.set_state("a", "closed", 1_800_000_100.0, "refused")
    assert ledger.holdings("run", 1_800_000_200.0).run.total == 0


def test_yesterday_does_not_count_today_but_this_month(ledger: Ledger) -> None:
    ledger.admit(rental("a", "run"), CAPS)
    ledger.change("a", lambda each: replace(each, instance_id=5, invoiced=300_000))
    ledger.set_state("a", "closed", 1_800_000_100.0, "done")
    held = ledger.holdings("other", 1_800_000_000.0 + 86_400)
    assert (held.day.total, held.month.total) == (0, 300_000)


def test_an_unsettled_order_blocks_new_ones(ledger: Ledger) -> None:
    ledger.admit(rental("a", "run", 1_000), CAPS)
    late = rental("b", "other", 1_000)
    late = replace(late, opened=replace(late.opened, wall=late.opened.wall + 3_600))
    with pytest.raises(BudgetError, match="still exists"):
        ledger.admit(late, CAPS)


def test_files_are_private(tmp_path: Path) -> None:
    home = find_home({"HOME": str(tmp_path)})
    ledger = open_ledger(home)
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.owner_file.stat().st_mode) == 0o600


def test_a_deleted_ledger_is_noticed(tmp_path: Path) -> None:
    home = find_home({"HOME": str(tmp_path)})
    open_ledger(home).path.unlink()
    with pytest.raises(BudgetError, match="gone"):
        open_ledger(home)


def test_a_ledger_without_its_owner_file_stays_ours(tmp_path: Path) -> None:
    home = find_home({"HOME": str(tmp_path)})
    owner = open_ledger(home).owner()
    home.owner_file.unlink()
    assert open_ledger(home).owner() == owner
    assert home.owner_file.read_text().strip() == owner


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 100])
def test_a_damaged_ledger_is_an_error_in_one_line(tmp_path: Path, damage: bytes) -> None:
    home = find_home({"HOME": str(tmp_path)})
    ledger = open_ledger(home)
    ledger.path.write_bytes(damage)
    with pytest.raises(StorageError, match="can't be used"):
        ledger.rentals()


@pytest.mark.parametrize(
    "text",
    [
        "day_usd = -1",
        "day_usd = 0",
        "day_usd = nan",
        "day_usd = inf",
        "day_usd = 1e308",
        "day_usd = 20000",
        'day_usd = "50 EUR"',
        "day_usd = true",
        "dayusd = 5",
        "day_usd = ",
    ],
)
def test_a_budget_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cloud.toml"
    path.write_text(f"[budget]\n{text}\n")
    with pytest.raises((RecipeError, UsageError)) as refused:
        read_budget_file(path)
    assert "cloud.toml" in str(refused.value)


def test_the_tightest_cap_holds_and_nothing_is_unlimited() -> None:
    caps = resolve_caps(BudgetWish(50), BudgetWish(20, 30), BudgetWish(None, None, 25))
    assert caps == Caps(20_000_000, 30_000_000, 25_000_000)
    assert resolve_caps(BudgetWish(20)) == Caps(20_000_000, 20_000_000, 20_000_000)
    with pytest.raises(AfsError, match="no budget"):
        resolve_caps(BudgetWish(), BudgetWish(None, 30))
