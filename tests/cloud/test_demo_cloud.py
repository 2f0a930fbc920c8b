"""The cloud without an account, through the door that the studio uses."""

from pathlib import Path

from afs_engine import api
from tests.cloud.rented_shell import wait_until


def test_launch_watch_and_destroy(tmp_path: Path) -> None:
    with api.demo_cloud(tmp_path) as demo:
        offers = api.list_offers(demo.session, api.need_of(api.CloudSection()))
        assert offers[0].expected_usd <= offers[-1].expected_usd
        run_id = demo.launch("majora", api.CloudWish(hours=5.0))

        def ours() -> list[api.MachineView]:
            return [each for each in api.look_at_cloud(demo.session).machines if each.run_id == run_id]

        wait_until(lambda: any(each.provider_state == "running" for each in ours()))
        view = api.look_at_cloud(demo.session)
        (mine,) = ours()
        assert mine.is_controlled
        assert [each.state for each in view.machines if not each.run_id] == ["foreign"]
        run, day, month = view.budgets
        assert (run.cap_usd, day.cap_usd, month.cap_usd) == (20.0, 30.0, 100.0)
        assert run.committed_usd > 0
        closed = api.stop_rented_run(
            demo.session, api.find_rented_run(demo.session, run_id), lambda text: None
        )
        assert [each.state for each in closed] == ["closed"]
        assert ours() == []
        (cost,) = api.list_costs(demo.session)
        assert cost.at_most_usd >= cost.metered_usd > 0
