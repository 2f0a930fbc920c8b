"""The provider's answers, as documented and as they should not be."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from afs_engine.errors import AfsError, MissingPartError, UsageError
from afs_engine.stages.cloud.double.http_server import serving
from afs_engine.stages.cloud.double.rest import LostAnswerError, RestDouble
from afs_engine.stages.cloud.double.world import World
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.provider import Order, RateLimitedError, RefusedError, UnclearError
from afs_engine.stages.cloud.vast.client import VastProvider
from afs_engine.stages.cloud.vast.key import find_key
from afs_engine.stages.cloud.vast.transport import Answer, HttpTransport, Request, checked_server_url

NEED = JobNeed(20.0, 40.0, 1.0, 6.0)
ORDER = Order(7, "afs/label", "python:3.11", 40.0, "#!/bin/sh")


class Recorded:
    """Gives prepared answers, and keeps what was asked."""

    def __init__(self, *answers: Answer | dict[str, object] | list[object]) -> None:
        self.answers = [a if isinstance(a, Answer) else Answer(200, json.dumps(a).encode()) for a in answers]
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def test_requests_are_the_documented_ones() -> None:
    sent = Recorded(
        {"success": True, "new_contract": 12}, {"offers": []}, {"instances": None}, {"success": True}
    )
    provider = VastProvider(sent)
    assert provider.create(ORDER) == 12
    provider.search_offers(NEED)
    assert provider.show(12) is None
    provider.destroy(12)
    assert [(each.method, each.path) for each in sent.asked] == [
        ("PUT", "/api/v0/asks/7/"),
        ("POST", "/api/v0/bundles/"),
        ("GET", "/api/v0/instances/12/?owner=me"),
        ("DELETE", "/api/v0/instances/12/"),
    ]
    order = json.loads(sent.asked[0].body or b"")
    assert order["label"] == "afs/label"
    assert order["cancel_unavail"] is True
    search = json.loads(sent.asked[1].body or b"")
    assert (search["gpu_ram"], search["allocated_storage"]) == ({"gte": 20_000.0}, 40.0)
    assert search["duration"] == {"gte": 6 * 3_600.0}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(429, b"API requests too frequent"), RateLimitedError),
        (Answer(410, b'{"success": false, "error": "no_such_ask", "msg": "gone"}'), RefusedError),
        (Answer(400, b'{"error": "insufficient_credit"}'), RefusedError),
        (Answer(200, b'{"success": false, "msg": "spend_rate_limit"}'), RefusedError),
        (Answer(502, b"<html>"), UnclearError),
        (Answer(408, b""), UnclearError),
        (Answer(302, b"", "https://elsewhere.example/"), UnclearError),
        (Answer(200, b"<html>maintenance</html>"), UnclearError),
        (Answer(200, b"[" * 100_000), UnclearError),
        (Answer(200, b'{"success": true}'), UnclearError),
        (Answer(200, b'{"success": true, "new_contract": "soon"}'), UnclearError),
        (Answer(200, b'{"success": true, "new_contract": -4}'), UnclearError),
    ],
)
def test_what_an_answer_to_an_order_means(answer: Answer, kind: type[Exception]) -> None:
    sent = Recorded(answer)
    with pytest.raises(kind) as raised:
        VastProvider(sent).create(ORDER)
    assert type(raised.value) is kind
    assert len(sent.asked) == 1  # an order is never sent twice


def test_all_pages_or_none() -> None:
    pages: list[dict[str, object]] = [
        {"instances": [{"id": n} for n in range(1, 26)], "next_token": "a"},
        {"instances": [{"id": n} for n in range(26, 51)], "next_token": "b"},
        {
            "instances": [
                {"id": 51, "label": None, "actual_status": None, "start_date": None},
                {"id": None},
                7,
            ]
        },
    ]
    sent = Recorded(*pages)
    listed = VastProvider(sent).list_instances()
    assert [each.instance_id for each in listed] == list(range(1, 52))
    assert (listed[-1].label, listed[-1].status) == ("", "")
    assert "after_token=b" in sent.asked[2].path
    with pytest.raises(UnclearError):
        VastProvider(Recorded(pages[0], Answer(503, b""))).list_instances()
    with pytest.raises(UnclearError, match="does not end"):
        VastProvider(Recorded(pages[0])).list_instances()
    with pytest.raises(UnclearError):
        VastProvider(Recorded({"instances": None})).list_instances()


def test_prices_of_an_offer() -> None:
    """`dph_total` holds storage for the searched size; what counts is the size that will be asked for."""
    record = {"id": 1, "gpu_ram": 24_564, "dph_total": 0.45, "storage_total_cost": 0.05, "storage_cost": 0.9}
    (offer,) = VastProvider(Recorded({"offers": [record]})).search_offers(NEED)
    assert offer.prices.gpu_usd_per_hour == pytest.approx(0.40)
    assert offer.prices.running_usd_per_hour(80.0) == pytest.approx(0.50)


@pytest.mark.parametrize("value", [None, "NaN", 1e999, "x", [], True, -3])
def test_an_offer_without_a_sane_price_is_none(value: object) -> None:
    record = {"id": 1, "gpu_ram": 24_000, "dph_total": value, "dph_base": value}
    assert VastProvider(Recorded({"offers": [record, 5, None]})).search_offers(NEED) == []


def test_charges_are_summed_by_instance() -> None:
    rows = [
        {"source": "instance-5", "amount": 1.25},
        {"source": "instance-5", "amount": "0.25"},
        {"source": "volume-5", "amount": 9},
        {"source": None},
    ]
    (charge,) = VastProvider(Recorded({"results": rows, "next_token": None})).charges(0, 1)
    assert (charge.instance_id, charge.amount_usd) == (5, 1.5)


def test_credit_and_automatic_billing() -> None:
    account = VastProvider(Recorded({"credit": 12.5, "autobill_threshold": 10})).account()
    assert (account.credit_usd, account.auto_billing) == (12.5, True)


def test_the_account_is_found_with_and_without_the_last_slash() -> None:
    sent = Recorded(Answer(404, b"{}"), {"credit": 3})
    assert VastProvider(sent).account().credit_usd == 3
    assert [each.path for each in sent.asked] == ["/api/v0/users/current/", "/api/v0/users/current"]


@pytest.mark.parametrize(
    "url", ["http://console.vast.ai", "ftp://x", "https://user:key@host", "console.vast.ai", "https://"]
)
def test_the_key_never_travels_in_the_clear(url: str) -> None:
    with pytest.raises(UsageError):
        checked_server_url(url)


class _Redirecting(RestDouble):
    """Sends every request elsewhere."""

    target = ""
    seen: list[str]

    def answer(self, request: Request, key: str) -> Answer:
        self.seen.append(key)
        if self.target == "drop":
            raise LostAnswerError
        return Answer(307, b"", self.target)


@pytest.fixture
def other() -> Iterator[tuple[_Redirecting, str]]:
    double = _Redirecting(World(lambda: 0.0))
    double.seen = []
    with serving(double) as url:
        yield double, url


def test_a_redirect_to_another_server_does_not_get_the_key(other: tuple[_Redirecting, str]) -> None:
    double, url = other
    double.target = url.replace("127.0.0.1", "localhost") + "/stolen"
    with pytest.raises(UnclearError) as raised:
        VastProvider(HttpTransport(url, "canary-key")).account()
    assert len(double.seen) == 1
    assert "canary" not in str(raised.value) + repr(raised.value.__cause__)


def test_a_lost_answer_to_an_order_is_not_asked_for_again(other: tuple[_Redirecting, str]) -> None:
    double, url = other
    double.target = "drop"
    with pytest.raises(UnclearError):
        VastProvider(HttpTransport(url, "key-key-key")).create(ORDER)
    assert len(double.seen) == 1


def test_a_server_that_drips_is_cut_off() -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                try:
                    for _ in range(200):
                        line.sendall(b"H")
                        threading.Event().wait(0.02)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(UnclearError):
            HttpTransport(url, "key-key-key", limit_seconds=0.2)(Request("GET", "/"))


def _home(folder: Path, mode: int) -> dict[str, str]:
    path = folder / ".config/vastai/vast_api_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("file-key-12345\n")
    path.chmod(mode)
    return {"HOME": str(folder)}


def test_where_the_key_is_looked_for(tmp_path: Path) -> None:
    environment = _home(tmp_path, 0o600)
    older = tmp_path / ".vast_api_key"
    older.write_text("old-key-12345")
    older.chmod(0o600)
    assert find_key(environment).reveal() == "file-key-12345"
    assert find_key(environment | {"VAST_API_KEY": "env-key-12345"}).reveal() == "env-key-12345"
    assert (
        find_key({"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "none")}).reveal()
        == "old-key-12345"
    )


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(AfsError, match="others can read") as refused:
        find_key(_home(tmp_path, mode))
    assert "chmod 600" in str(refused.value)
    assert "file-key" not in str(refused.value)


def test_no_key_says_the_one_step(tmp_path: Path) -> None:
    with pytest.raises(MissingPartError, match="export VAST_API_KEY"):
        find_key({"HOME": str(tmp_path)})


def test_the_key_does_not_show(tmp_path: Path) -> None:
    import pickle

    key = find_key({"HOME": str(tmp_path), "VAST_API_KEY": "canary-key-1"})
    transport = HttpTransport("https://console.vast.ai", key.reveal())
    assert "canary" not in f"{key} {key!r} {transport} {transport!r}"
    with pytest.raises(TypeError):
        pickle.dumps(key)
