"""The dead-man switch. Runs ON the rented machine, before anything else, on its Python alone.

Destroys its own instance when the lease was not renewed in time, or when the machine's time is up,
whichever comes first, with the instance's own limited key. Time is counted on a clock that nobody
can set back, and across restarts of the container. It ignores polite signals, tries for ever, and
believes only an answer that says success, or that the instance is gone.
"""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
GONE = (404, 410)
FORBIDDEN = (401, 403)  # the key dies with the instance


def read(name: str) -> str:
    """A file beside this one; "" where there is none."""
    try:
        return (HERE / name).read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def say(state: "dict[str, object]") -> None:
    """Where the controller looks whether we are armed; a full disk must not disarm us."""
    part = HERE / "dead_man.part"
    try:
        part.write_text(json.dumps(state), encoding="ascii")
        part.replace(HERE / "dead_man.json")
    except OSError:
        return


def spent_before() -> float:
    """Seconds that were used up before the container was started again."""
    try:
        return max(0.0, float(json.loads(read("dead_man.json"))["elapsed"]))
    except (ValueError, KeyError, TypeError):
        return 0.0


def ask_to_destroy(server: str, instance: str, key: str) -> "tuple[int, bool]":
    """HTTP status, and whether the answer says success. Status 0: no answer."""
    request = urllib.request.Request(
        f"{server}/api/v0/instances/{instance}/",
        data=b"{}",
        method="DELETE",
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read(65536)).get("success") is True
    except urllib.error.HTTPError as error:
        return error.code, False
    except Exception:  # noqa: BLE001 - whatever it is, the next try comes
        return 0, False


def main() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    config = json.loads(read("config.json"))
    instance = os.environ.get("CONTAINER_ID", "")
    key = os.environ.get("CONTAINER_API_KEY", "")
    armed = instance.isdigit() and bool(key)
    before = spent_before()
    started = renewed = time.monotonic()
    # the wall clock is asked once, and only to shorten the time, never to extend it
    limit = min(config["seconds"], before + max(0.0, config["deadline"] - time.time()))
    lease, tries, succeeded = read("lease"), 0, False
    while True:
        now = time.monotonic()
        if read("lease") != lease:
            lease, renewed = read("lease"), now
        elapsed = before + now - started
        due = elapsed >= limit or now - renewed >= config["lease_seconds"]
        say({"armed": armed, "elapsed": elapsed, "due": due, "tries": tries, "pid": os.getpid()})
        if not (armed and (due or tries)):
            time.sleep(config["tick_seconds"])
            continue
        status, success = ask_to_destroy(config["server"], instance, key)
        if succeeded and status in GONE + FORBIDDEN:
            return
        tries += 1
        succeeded = succeeded or success
        time.sleep(config["retry_seconds"])


if __name__ == "__main__":
    main()
