"""The stand-in's REST on a local port, for processes that must meet it over a real connection."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from afs_engine.stages.cloud.double.rest import LostAnswerError, RestDouble
from afs_engine.stages.cloud.vast.transport import Request


@contextmanager
def serving(double: RestDouble) -> Iterator[str]:
    """Serves until the block ends; gives the server's address."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else None
            key = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            try:
                with lock:
                    answer = double.answer(Request(self.command, self.path, body), key)
            except LostAnswerError:
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in (("Location", answer.location), ("Retry-After", answer.retry_after)):
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - the names are the base class's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
