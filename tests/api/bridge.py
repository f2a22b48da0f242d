"""HTTP before the application that the tests run in their own process."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from litestar.testing import TestClient


class _Bridge(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: TestClient) -> None:
        self.api, self.lock = api, threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        with self.server.lock, self.server.api.stream("GET", self.path, headers=dict(self.headers)) as answer:
            body = b"".join(answer.iter_raw())
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests have nothing to read there."""


@contextmanager
def bridged(api: TestClient) -> Generator[str]:
    """The URL at which the application answers, one request at a time."""
    server = _Bridge(api)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
