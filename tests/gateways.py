"""A text gateway and a mail server on loopback, real enough to lose answers."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from klippekort.config import MailServer, SmsGateway

SECRET = "c2lnbmVkIGJ5IHRoZSBnYXRld2F5IGl0c2VsZg=="


@dataclass
class TextGateway:
    """What a gateway has taken, once for each key, and how it behaves.

    `trouble` holds what comes before the good answers: a status, or "lost" for a text that is taken
    and whose answer never comes. `repeated` counts the texts it was sent though it had taken them.
    """

    port: int = 0
    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    posts: int = 0
    repeated: int = 0
    trouble: list[Any] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def settings(self) -> SmsGateway:
        """Return how the program is told of it."""
        return SmsGateway(f"http://127.0.0.1:{self.port}/send", "token", "Lindeby", SECRET)

    def texts(self) -> list[str]:
        """Return what it has taken, in order."""
        return [one["text"] for one in self.taken.values()]

    def take(self, key: str, said: dict[str, str]) -> int | None:
        """Take a text, and return the status to answer with; None for no answer."""
        with self.lock:
            self.posts += 1
            now = self.trouble.pop(0) if self.trouble else 202
            if now in ("lost", 202):
                self.repeated += key in self.taken
                self.taken.setdefault(key, said)
            return None if now == "lost" else int(now)


@contextmanager
def text_gateway() -> Iterator[TextGateway]:
    """Run a text gateway."""
    gateway = TextGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Authorization"] == "Bearer token"
            key = str(self.headers["Idempotency-Key"])
            status = gateway.take(key, json.loads(body))
            if status is None:
                self.close_connection = True
                return
            answer = json.dumps({"id": f"gw-{key[-6:]}"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway.port = server.server_address[1]
    with _served(server):
        yield gateway


@dataclass
class Mailbox:
    """What a mail server has taken: (recipient, the mail as it came), and codes to answer RCPT."""

    port: int = 0
    mails: list[tuple[str, str]] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)

    @property
    def settings(self) -> MailServer:
        """Return how the program is told of it."""
        return MailServer("127.0.0.1", self.port, "none", "svar@lindeby.example")


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run a mail server."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 loopback")
            to = ""
            while line := self.rfile.readline().decode().strip():
                verb = line.split(":")[0].upper()
                if verb == "RCPT TO":
                    to = line.partition("<")[2].partition(">")[0]
                    code = box.refusals.pop(0) if box.refusals else 250
                    self.say(f"{code} so be it")
                elif verb == "DATA":
                    self.say("354 go on")
                    box.mails.append((to, self._data()))
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 loopback")

        def _data(self) -> str:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.decode())
            return "".join(lines)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.port = server.server_address[1]
    with _served(server):
        yield box


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
