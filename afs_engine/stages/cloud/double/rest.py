"""The stand-in's REST: the provider's documented paths, pages and error shapes over a world.

Faults come from the world's dice: an answer is lost by raising `LostAnswerError`, after the request
was carried out or before.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from afs_engine.stages.cloud.double.catalogue import fits, priced
from afs_engine.stages.cloud.double.world import World
from afs_engine.stages.cloud.vast.transport import Answer, Request

_LARGEST_PAGE = 25
_Json = dict[str, Any]


class LostAnswerError(Exception):
    """The connection breaks before an answer."""


class RestDouble:
    """Answers requests. `key` is the account's; an instance's own key may only destroy that instance."""

    def __init__(self, world: World, key: str = "demo-key-0000") -> None:
        self.world = world
        self.key = key
        self.requests: list[Request] = []
        self._snapshot: list[int] | None = None
        self._snapshot_until = 0.0
        self._outage_until = 0.0

    def instance_key(self, instance_id: int) -> str:
        """What the container finds as CONTAINER_API_KEY."""
        return f"instance-{instance_id}-key"

    def answer(self, request: Request, key: str) -> Answer:
        """The answer, faults included."""
        self.world.advance()
        self.requests.append(request)
        since = self.world.clock() - self.world.started_at
        fault = self.world.dice.request(request.method, since)
        if self.world.clock() < self._outage_until:
            fault = "drop_before"
        elif fault == "fail_before" and self.world.plan.outage_seconds:
            self._outage_until = self.world.clock() + self.world.plan.outage_seconds
        if fault == "drop_before":
            raise LostAnswerError
        early = _EARLY.get(fault)
        if early is not None:
            return early
        answer = self._route(request, key)
        if fault == "drop_after":
            raise LostAnswerError
        return Answer(502, b"<html>Bad Gateway</html>") if fault == "fail_after" else answer

    def _route(self, request: Request, key: str) -> Answer:
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = msgspec.json.decode(request.body) if request.body else {}
        path = parts.path.rstrip("/")
        own = re.fullmatch(r"/api/v0/instances/(\d+)", path)
        if own and key == self.instance_key(int(own[1])) and request.method in ("DELETE", "GET"):
            return self._instance(request.method, int(own[1]))
        if key != self.key:
            return _error(401, "auth_error", "Invalid user key")
        if path == "/api/v0/bundles" and request.method == "POST":
            return _ok({"offers": self._offers(body)})
        if path == "/api/v1/instances" and request.method == "GET":
            return self._list(query)
        if path == "/api/v0/charges" and request.method == "GET":
            return self._charges()
        if path == "/api/v0/users/current":
            return _ok({"id": 1, "credit": self.world.credit_usd, "autobill_threshold": self._threshold()})
        if own:
            return self._instance(request.method, int(own[1]))
        return self._more(request.method, path, body)

    def _more(self, method: str, path: str, body: _Json) -> Answer:
        ask = re.fullmatch(r"/api/v0/asks/(\d+)", path)
        if ask and method == "PUT":
            return self._create(int(ask[1]), body)
        attach = re.fullmatch(r"/api/v0/instances/(\d+)/ssh", path)
        if attach and method == "POST" and int(attach[1]) in self.world.machines:
            self.world.machines[int(attach[1])].keys.append(str(body.get("ssh_key")))
            return _ok({"success": True, "msg": "SSH key attached successfully"})
        return _error(404, "not_found", f"no such endpoint: {path}")

    def _offers(self, query: _Json) -> list[_Json]:
        disk = float(query.get("allocated_storage") or 5.0)
        free = [each for each in self.world.offers.values() if each["id"] not in self.world.taken]
        found = [priced(each, disk) for each in free if fits(each, query)]
        if query.get("type") == "bid":
            found = [priced(each, disk, each["min_bid"]) for each in found]
        return sorted(found, key=lambda each: each["dph_total"])[: int(query.get("limit") or 64)]

    def _create(self, offer_id: int, body: _Json) -> Answer:
        if offer_id not in self.world.offers or offer_id in self.world.taken:
            return _error(410, "no_such_ask", f"Instance type {offer_id} is not available")
        if self.world.credit_usd <= 0:
            return _error(400, "insufficient_credit", "Your account lacks credit")
        self._maybe_lag()
        machine = self.world.rent(offer_id, body)
        return _ok({"success": True, "new_contract": machine.instance_id})

    def _instance(self, method: str, instance_id: int) -> Answer:
        machine = self.world.machines.get(instance_id)
        gone = machine is None or machine.destroyed_at is not None
        if method == "GET":
            hidden = self._lagging() is not None and instance_id not in (self._lagging() or [])
            shown = None if gone or hidden or machine is None else self.world.show(machine)
            return _ok({"instances": shown})
        if method != "DELETE":
            return _error(405, "invalid_method", method)
        if gone:
            return _error(404, "no_such_instance", f"Instance {instance_id} not found")
        self._maybe_lag()
        if self.world.dice.happens(self._lying_share()):
            return _ok({"success": True})
        self.world.destroy(instance_id)
        return _ok({"success": True})

    def _lying_share(self) -> float:
        calm = self.world.clock() - self.world.started_at >= self.world.plan.calm_after
        return 0.0 if calm else self.world.plan.lying_destroy

    def _maybe_lag(self) -> None:
        """From now on the list may be out of date for a while: as it was, or empty."""
        plan = self.world.plan
        if self.world.dice.happens(plan.lists_lag) and self.world.clock() >= self._snapshot_until:
            empty = self.world.dice.happens(0.3)
            self._snapshot = [] if empty else [each.instance_id for each in self.world.alive()]
            self._snapshot_until = self.world.clock() + plan.lists_lag_seconds

    def _lagging(self) -> list[int] | None:
        """The instances that answers still show, while they are out of date; None when they are not."""
        return self._snapshot if self.world.clock() < self._snapshot_until else None

    def _list(self, query: dict[str, str]) -> Answer:
        lagging = self._lagging()
        listed = self.world.alive() if lagging is None else [self.world.machines[each] for each in lagging]
        size = min(int(query.get("limit") or _LARGEST_PAGE), _LARGEST_PAGE)
        start = _offset(query.get("after_token"))
        page = listed[start : start + size]
        more = start + size < len(listed)
        labels: dict[str, int] = {}
        for each in listed:
            labels[each.label] = labels.get(each.label, 0) + 1
        return _ok(
            {
                "success": True,
                "instances": [self.world.show(each) for each in page],
                "instances_found": len(page),
                "total_instances": len(listed),
                "label_counts": labels,
                "next_token": _token(start + size) if more else None,
            }
        )

    def _charges(self) -> Answer:
        results = [
            {
                "type": "instance",
                "source": f"instance-{each.instance_id}",
                "amount": round(self.world.invoice_usd(each), 6),
                "metadata": {"label": each.label},
                "start": each.created_at,
                "end": each.destroyed_at or self.world.clock(),
                "items": [],
            }
            for each in self.world.machines.values()
        ]
        return _ok({"success": True, "count": len(results), "total": len(results), "results": results})

    def _threshold(self) -> float:
        return 10.0 if self.world.auto_billing else 0.0


def _ok(body: _Json) -> Answer:
    return Answer(200, msgspec.json.encode(body))


def _error(status: int, error: str, message: str) -> Answer:
    return Answer(status, msgspec.json.encode({"success": False, "error": error, "msg": message}))


def _token(offset: int) -> str:
    return urlsafe_b64encode(msgspec.json.encode({"values": offset})).decode()


def _offset(token: str | None) -> int:
    return int(msgspec.json.decode(urlsafe_b64decode(token))["values"]) if token else 0


_EARLY = {
    "limit": Answer(429, b"API requests too frequent"),
    "fail_before": Answer(503, b"upstream unavailable"),
    "html": Answer(200, b"<!doctype html><html><body>maintenance</body></html>"),
    "odd": Answer(200, b'{"success": true, "instances": 7, "offers": null, "new_contract": "soon"}'),
    "forbid": _error(401, "auth_error", "Invalid user key"),
}
