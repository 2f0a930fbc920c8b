"""vast.ai's REST API as a provider: ten requests, each sent once.

Paths, methods and field names follow the public API reference. What an answer means is decided here:
refused (4xx, `success: false`), rate limited (429), or unclear (no answer, 5xx, an answer that does
not say what it should). It must not repeat anything by itself: who calls knows what a repeat costs.
"""

import json
from typing import Any
from urllib.parse import urlencode

import msgspec

from afs_engine.data.display import clean_text
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.provider import (
    Account,
    Charge,
    Instance,
    Offer,
    Order,
    RateLimitedError,
    RefusedError,
    UnclearError,
)
from afs_engine.stages.cloud.vast import fields
from afs_engine.stages.cloud.vast.transport import Answer, Request, Transport

_PAGE = 25  # the API's largest page of instances
_CHARGES_PAGE = 100
_MOST_PAGES = 200  # a list that never ends is no list
_LONGEST_REASON = 200


class VastProvider:
    """The provider port over a transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def search_offers(self, need: JobNeed, *, interruptible: bool = False) -> list[Offer]:
        """The offers that fit by the provider's own filters; who asks checks and ranks them again."""
        body = offer_query(need, interruptible=interruptible)
        answer = self._ask("POST", "/api/v0/bundles/", body)
        listed = answer.get("offers")
        if not isinstance(listed, list):
            raise UnclearError("the provider's list of offers can't be read")
        found = (fields.read_offer(record, need.disk_gb) for record in fields.records(listed))
        return [offer for offer in found if offer is not None]

    def create(self, order: Order) -> int:
        """One PUT. Only an answer with the new id, or a clear no, is an answer."""
        answer = self._ask("PUT", f"/api/v0/asks/{order.offer_id}/", order_body(order))
        instance_id = fields.whole(answer.get("new_contract"))
        if instance_id is None:
            raise UnclearError("the provider took the order but did not say which instance it made")
        return instance_id

    def list_instances(self) -> list[Instance]:
        query: dict[str, object] = {
            "select_filters": {},
            "order_by": [{"col": "id", "dir": "asc"}],
            "limit": _PAGE,
        }
        records = self._all_pages("/api/v1/instances/", query, "instances", "after_token")
        found = (fields.read_instance(record) for record in records)
        return list({each.instance_id: each for each in found if each is not None}.values())

    def show(self, instance_id: int) -> Instance | None:
        try:
            answer = self._ask("GET", f"/api/v0/instances/{instance_id}/?owner=me")
        except RefusedError as error:
            if error.status in (404, 410):
                return None
            raise
        if "instances" not in answer:
            raise UnclearError("the provider's answer about an instance can't be read")
        record = answer["instances"]
        if isinstance(record, list):
            record = record[0] if record else None
        if record is None:
            return None
        found = fields.read_instance(record) if isinstance(record, dict) else None
        if found is None or found.instance_id != instance_id:
            raise UnclearError("the provider's answer about an instance can't be read")
        return found

    def destroy(self, instance_id: int) -> None:
        """One DELETE. Raises nothing when the instance is gone already."""
        try:
            self._ask("DELETE", f"/api/v0/instances/{instance_id}/", {})
        except RefusedError as error:
            if error.status not in (404, 410):
                raise

    def attach_key(self, instance_id: int, public_key: str) -> None:
        self._ask("POST", f"/api/v0/instances/{instance_id}/ssh/", {"ssh_key": public_key})

    def account(self) -> Account:
        try:
            answer = self._ask("GET", "/api/v0/users/current/")
        except RefusedError as error:  # the reference has it with the slash, the vendor's own client without
            if error.status != 404:
                raise
            answer = self._ask("GET", "/api/v0/users/current")
        threshold = fields.number(answer.get("autobill_threshold"))
        credit = fields.number(answer.get("credit"))
        return Account(
            credit_usd=fields.number(answer.get("balance")) if credit is None else credit,
            auto_billing=None if threshold is None else threshold > 0,
        )

    def charges(self, since: float, until: float) -> list[Charge]:
        """What each instance was invoiced for days between two moments (seconds since the epoch, UTC)."""
        query: dict[str, object] = {
            "select_filters": {"day": {"gte": int(since), "lte": int(until)}, "type": {"in": ["instance"]}},
            "latest_first": "true",
            "limit": _CHARGES_PAGE,
            "format": "table",
        }
        records = self._all_pages("/api/v0/charges/", query, "results", "after_token")
        sums: dict[int, float] = {}
        for charge in map(fields.read_charge, records):
            if charge is not None:
                sums[charge.instance_id] = sums.get(charge.instance_id, 0.0) + charge.amount_usd
        return [Charge(instance_id, amount) for instance_id, amount in sums.items()]

    def _all_pages(
        self, path: str, query: dict[str, object], key: str, token_name: str
    ) -> list[dict[str, Any]]:
        """The records of every page. A page that is missing or odd makes the whole list unclear."""
        gathered: list[dict[str, Any]] = []
        token: str | None = None
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            asked = query if token is None else {**query, token_name: token}
            answer = self._ask("GET", f"{path}?{_encoded(asked)}")
            page = answer.get(key)
            if not isinstance(page, list):
                raise UnclearError(f"the provider's list of {key} can't be read")
            gathered += fields.records(page)
            following = answer.get("next_token")
            if not following:
                return gathered
            if not isinstance(following, str) or following in seen:
                raise UnclearError(f"the provider's list of {key} does not end")
            seen.add(following)
            token = following
        raise UnclearError(f"the provider's list of {key} does not end")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else msgspec.json.encode(body)
        return _understand(self._transport(Request(method, path, data)))


def offer_query(need: JobNeed, *, interruptible: bool) -> dict[str, Any]:
    """The body of a search. `gpu_ram` is in MB there, `duration` in seconds, as the API documents."""
    query: dict[str, Any] = {
        "verified": {"eq": True},
        "external": {"eq": False},
        "rentable": {"eq": True},
        "num_gpus": {"eq": 1},
        "gpu_ram": {"gte": need.gpu_ram_gb * 1_000},
        "disk_space": {"gte": need.disk_gb},
        "reliability": {"gte": need.min_reliability},
        "inet_down": {"gte": need.min_download_mbps},
        "cuda_max_good": {"gte": need.min_cuda},
        "duration": {"gte": need.max_hours * 3_600},
        "order": [["dph_total", "asc"]],
        "type": "bid" if interruptible else "on-demand",
        "limit": 200,
        "allocated_storage": need.disk_gb,
    }
    if need.gpu_name:
        query["gpu_name"] = {"eq": need.gpu_name}
    return query


def order_body(order: Order) -> dict[str, Any]:
    """The body of a create. `cancel_unavail`: never a stopped instance that only costs storage."""
    return {
        "client_id": "me",
        "image": order.image,
        "env": {},
        "price": order.bid_usd_per_hour,
        "disk": order.disk_gb,
        "label": order.label,
        "onstart": order.start_script,
        "runtype": "ssh_direc ssh_proxy",
        "template_hash_id": None,
        "cancel_unavail": True,
        "force": False,
    }


def _encoded(query: dict[str, object]) -> str:
    """A query string; values that are not plain are JSON."""
    plain = (str, int)
    return urlencode(
        {k: v if isinstance(v, plain) else msgspec.json.encode(v).decode() for k, v in query.items()}
    )


def _understand(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object. Raises by what the answer means."""
    if answer.status == 429:
        raise RateLimitedError(
            "the provider says: too many requests",
            retry_after_seconds=fields.not_negative(answer.retry_after or None),
        )
    if 400 <= answer.status < 500 and answer.status != 408:
        raise _refused(answer)
    if not 200 <= answer.status < 300:
        raise UnclearError(f"the provider's server failed (HTTP {answer.status})")
    decoded = _json_object(answer.body)
    if decoded is None:
        raise UnclearError("the provider's answer is not what it should be (no JSON object)")
    if decoded.get("success") is False:
        raise RefusedError(f"the provider refused: {_reason(decoded)}", status=answer.status)
    return decoded


def _refused(answer: Answer) -> RefusedError:
    decoded = _json_object(answer.body)
    reason = _reason(decoded) if decoded else f"HTTP {answer.status}"
    hint = {
        401: "the key is not valid: make a new one at cloud.vast.ai/manage-keys",
        402: "add credit to the account at cloud.vast.ai/billing",
        403: "the key's permissions do not cover this",
    }.get(answer.status, "")
    return RefusedError(f"the provider refused: {reason}", status=answer.status, hint=hint)


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        decoded = json.loads(body)  # and not msgspec: the provider's server may write NaN
    except (ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def _reason(decoded: dict[str, Any]) -> str:
    said = [decoded[name] for name in ("msg", "error") if isinstance(decoded.get(name), str)]
    shown = clean_text(" / ".join(said)[:_LONGEST_REASON]).replace("\n", " ")
    return shown or "no reason given"
