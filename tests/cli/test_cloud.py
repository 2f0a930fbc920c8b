"""The cloud commands as a person calls them: without an account, and with the stand-in's."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from afs_engine.stages.cloud.double.http_server import serving
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.world import World
from tests.program import Answer, call, call_well

KEY = "canary-7f3a9c1e5b2d4860-key"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("person")
    call_well("init", "m", cwd=folder)
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("offers",), 1, "export VAST_API_KEY"),
        (("estimate", "--budget", "5"), 1, "export VAST_API_KEY"),
        (
            ("up", "--budget", "50", "--model", "majora", "--recipe", "m/recipe.toml"),
            1,
            "export VAST_API_KEY",
        ),
        (("up", "--model", "majora", "--recipe", "m/recipe.toml"), 1, "--budget DOLLARS"),
        (("up", "--budget", "-1", "--model", "x", "--recipe", "m/recipe.toml"), 2, "above 0"),
        (("up", "--budget", "1e308", "--model", "x", "--recipe", "m/recipe.toml"), 2, "10,000"),
        (("up", "--budget", "5", "--model", "../x", "--recipe", "m/recipe.toml"), 2, "can't be a name"),
        (("logs",), 2, "afs cloud up"),
        (("attach",), 2, "afs cloud up"),
        (("monitor",), 2, "afs cloud up"),
        (("down",), 2, "afs cloud up"),
        (("sweep",), 1, "export VAST_API_KEY"),
        (("backup", "m", "--to", "gdrive:afs"), 1, "rclone"),
    ],
)
def test_without_an_account_the_one_step_is_named(
    workspace: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    answer = call("cloud", *arguments, cwd=workspace)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1


def test_what_works_without_an_account(tmp_path: Path) -> None:
    call_well("init", "m", cwd=tmp_path)
    status = call_well("cloud", "status", "--json", cwd=tmp_path).json
    assert status["machines"] == []
    assert "VAST_API_KEY" in status["next_step"]
    assert call_well("cloud", "costs", "--json", cwd=tmp_path).json == []
    task = call_well("cloud", "export", "--to", "skypilot", "--recipe", "m/recipe.toml", cwd=tmp_path)
    assert "skypilot.yaml" in task.out
    assert "autostop" in (tmp_path / "skypilot.yaml").read_text()


def test_a_backup_is_verified_and_resumed(tmp_path: Path) -> None:
    call_well("init", "m", cwd=tmp_path)
    first = call_well("cloud", "backup", "m", "--to", "disk", "--json", cwd=tmp_path).json
    copied = tmp_path / "disk/m/recipe.toml"
    copied.write_text("damaged")
    again = call_well("cloud", "backup", "m", "--to", "disk", "--json", cwd=tmp_path).json
    assert first == again
    assert copied.read_text() == (tmp_path / "m/recipe.toml").read_text()


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The stand-in as this person's account, with the key in its file."""
    world = World(time.time, offers=60)
    path = tmp_path / ".config/vastai/vast_api_key"
    path.parent.mkdir(parents=True)
    path.write_text(KEY)
    path.chmod(0o600)
    with serving(RestDouble(world, key=KEY)) as url:
        monkeypatch.setenv("VAST_URL", url)
        yield world


def _ask(*arguments: str, cwd: Path) -> Answer:
    answer = call("cloud", *arguments, cwd=cwd)
    assert KEY not in answer.out + answer.err
    return answer


def test_offers_estimate_and_status_with_hostile_fields(account: World, tmp_path: Path) -> None:
    offer = next(iter(account.offers.values()))
    machine = account.add(offer, "\x1b]0;x\x07 [red]label[/red] \x00", 10.0)
    machine.facts = {"gpu_name": "GPU\x1b[2J\n" + "x" * 1_000_000, "status_msg": ["odd"], "start_date": None}
    for each in account.offers.values():
        each["geolocation"] = "\u202eevil\x1b[31m"
    for arguments in (("offers", "--limit", "3"), ("estimate", "--budget", "20"), ("status",), ("sweep",)):
        answer = _ask(*arguments, cwd=tmp_path)
        assert answer.code == 0, answer.err
        assert not {"\x1b", "\x00", "\x07", "\u202e"} & set(answer.out + answer.err)
        assert len(answer.out) < 20_000
    ranked = _ask("offers", "--json", cwd=tmp_path).json
    costs = [each["expected_usd"] for each in ranked]
    assert costs == sorted(costs)
    assert all(each["worst_usd"] > each["expected_usd"] for each in ranked)
    assert machine.destroyed_at is None  # not ours


def test_a_loose_key_file_is_refused(account: World, tmp_path: Path) -> None:
    (tmp_path / ".config/vastai/vast_api_key").chmod(0o644)
    answer = _ask("offers", cwd=tmp_path)
    assert answer.code == 1
    assert "chmod 600" in answer.err


def test_nothing_is_rented_when_the_budget_does_not_cover_it(account: World, tmp_path: Path) -> None:
    found = _ask("estimate", "--budget", "0.01", "--json", cwd=tmp_path).json
    assert found["offer"] is None
    assert "budget does not cover" in found["refusal"]
    assert account.alive() == []


def test_what_is_not_written_comes_from_the_forecast(account: World, tmp_path: Path) -> None:
    call_well("init", "m", cwd=tmp_path)
    call_well("run", "m/recipe.toml", "--until", "convert", cwd=tmp_path)
    found = _ask("offers", "--recipe", "m/recipe.toml", "--json", cwd=tmp_path).json
    plain = _ask("offers", "--json", cwd=tmp_path).json
    assert found[0]["expected_hours"] < plain[0]["expected_hours"]  # nano takes minutes, not an hour
