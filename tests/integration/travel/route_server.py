"""A small server on loopback that speaks as OSRM does, or as one that is ill."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD: dict[str, Any] = {
    "code": "Ok",
    "routes": [{"legs": [], "weight": 300.5, "distance": 2500.4, "duration": 300.5}],
    "waypoints": [{"name": "Torvegade", "distance": 4.1}, {"name": "", "distance": 12.9}],
}


class Illness:
    """What the server does: sends this, in this way. `release` ends what it waits for."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = json.dumps(GOOD).encode()
        self.headers: dict[str, str] = {}
        self.length: int | None = None
        self.is_silent = False
        self.drips = False
        self.release = threading.Event()
        self.asked: list[str] = []
        self.told: list[dict[str, str]] = []


class RouteServerAt:
    """The server's address and what it is told to do."""

    def __init__(self, url: str, illness: Illness) -> None:
        self.url, self.ill = url, illness

    @property
    def asked(self) -> list[str]:
        """Return the paths that were asked for."""
        return self.ill.asked


def _handler(ill: Illness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ill.asked.append(self.path)
            ill.told.append(dict(self.headers.items()))
            if ill.is_silent:
                ill.release.wait(20)
                return
            self.send_response(ill.status)
            length = len(ill.body) if ill.length is None else ill.length
            for name, value in {"Content-Length": str(length), **ill.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # hung up on
                self._write()

        def _write(self) -> None:
            if not ill.drips:
                self.wfile.write(ill.body)
                return
            for byte in ill.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if ill.release.wait(0.02):
                    return

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the tests' output clean."""

    return Handler


@contextmanager
def serving() -> Iterator[RouteServerAt]:
    """Serve on a free port of loopback until the block ends."""
    ill = Illness()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(ill))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield RouteServerAt(f"http://127.0.0.1:{server.server_address[1]}", ill)
    finally:
        ill.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
