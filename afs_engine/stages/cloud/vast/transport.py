"""One HTTP request to the provider: sent once, bounded in time and size, the key kept to its server.

Written on the standard library's `http.client`, and not on the `vastai` package: that one repeats
every request that fails, creates included (an instance could be rented twice), answers exit code 0
to errors, has a call without a time limit at start, and brings 41 packages. A plain client also
never follows a redirect or reads a proxy by itself. It must not know what is asked.
"""

import http.client
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from afs_engine.errors import UsageError
from afs_engine.stages.cloud.provider import UnclearError

LIMIT_SECONDS = 30.0
LIMIT_BYTES = 32_000_000
_REDIRECTS = (301, 302, 307, 308)
_LARGEST_HOPS = 3


@dataclass(frozen=True)
class Request:
    """`path` starts with a slash and holds the query."""

    method: str
    path: str
    body: bytes | None = None


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    location: str = ""
    retry_after: str = ""


Transport = Callable[[Request], Answer]


class HttpTransport:
    """Requests to one server. `key` goes into a header, to this server only."""

    def __init__(self, server_url: str, key: str, *, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._server = checked_server_url(server_url)
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Accept": "application/json",
            "User-Agent": "afs-engine",
        }
        self._limit_seconds = limit_seconds

    def __repr__(self) -> str:
        return f"HttpTransport({self._server})"  # never the key

    def __call__(self, request: Request) -> Answer:
        """The server's answer. Raises UnclearError when there is none, or a part of one.

        A redirect within the same server is followed for anything but PUT, which is sent once.
        """
        url = self._server + request.path
        for _ in range(_LARGEST_HOPS):
            answer = self._send(request, url)
            if answer.status not in _REDIRECTS or request.method == "PUT":
                return answer
            url = self._next_url(url, answer)
        raise UnclearError("the provider's server redirects in a circle")

    def _next_url(self, url: str, answer: Answer) -> str:
        target = urljoin(url, answer.location)
        here, there = urlsplit(self._server), urlsplit(target)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise UnclearError("the provider's server redirects to another one; the key is not sent there")
        return target

    def _send(self, request: Request, url: str) -> Answer:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = dict(self._headers)
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        try:
            with _connected(self._server, self._limit_seconds) as connection:
                connection.request(request.method, target, body=request.body, headers=headers)
                return _read(connection.getresponse())
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = str(error).strip() or type(error).__name__
            raise UnclearError(f"no answer from the provider's server: {reason}") from error


def checked_server_url(url: str) -> str:
    """`url` without its trailing slash. Raises UsageError on anything but https, or http to this machine."""
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise UsageError(
            "the provider's address is not usable", hint="VAST_URL is like https://console.vast.ai"
        )
    if parts.scheme == "http" and _is_this_machine(parts.hostname):
        return url.rstrip("/")
    if parts.scheme != "https":
        raise UsageError("the key would travel unencrypted", hint="VAST_URL must begin with https://")
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _connected(server: str, limit_seconds: float) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut when the whole exchange lasts longer than the limit."""
    parts = urlsplit(server)
    assert parts.hostname is not None
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=limit_seconds, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=limit_seconds)
    timer = threading.Timer(limit_seconds, _cut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    """Ends a transfer that drips: a socket's own limit starts anew with every byte."""
    socket = connection.sock
    if socket is not None:
        with suppress(OSError):
            socket.shutdown(2)


def _read(response: http.client.HTTPResponse) -> Answer:
    body = response.read(LIMIT_BYTES + 1)
    if len(body) > LIMIT_BYTES:
        raise UnclearError(f"the provider's answer is larger than {LIMIT_BYTES:,} bytes")
    declared = response.getheader("Content-Length")
    if declared is not None and declared.isdigit() and len(body) < int(declared):
        raise UnclearError("the provider's answer was cut off")
    return Answer(
        response.status, body, response.getheader("Location") or "", response.getheader("Retry-After") or ""
    )
