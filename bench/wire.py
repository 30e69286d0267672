"""Clients over real sockets: requests as ready bytes, answers read to their end, and no more."""

import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_COOKIE = re.compile(rb"(?i)\r\nset-cookie: *([^;\r]+)")


@dataclass(frozen=True)
class Answer:
    """What a server answered: its status, its head and its body."""

    status: int
    head: bytes
    body: bytes

    def location(self) -> str:
        """Return where a redirect leads, or an empty string."""
        found = re.search(rb"(?i)\r\nlocation: *([^\r]+)", self.head)
        return found[1].decode() if found else ""


class Wire:
    """One connection that stays open, as a browser keeps it."""

    def __init__(self, port: int, cookies: str = "") -> None:
        self.port, self.cookies = port, cookies
        self._socket: socket.socket | None = None

    def get(self, path: str) -> Answer:
        """Fetch a page."""
        return self._ask(f"GET {path} HTTP/1.1\r\n{self._head()}\r\n".encode())

    def post(self, path: str, values: dict[str, str]) -> Answer:
        """Send a form."""
        body = urlencode(values)
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        head = f"POST {path} HTTP/1.1\r\n{self._head()}{kind}Content-Length: {len(body)}\r\n\r\n"
        return self._ask((head + body).encode())

    def tell(self, path: str, said: object, headers: dict[str, str]) -> Answer:
        """Send something as JSON, as a script does."""
        body = json.dumps(said).encode()
        lines = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
        more = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        head = f"POST {path} HTTP/1.1\r\n{self._head()}{more}\r\n"
        return self._ask(head.encode() + body)

    def token(self, path: str) -> str:
        """Fetch a page with a form and return its token; the cookie it rests on is kept."""
        answer = self.get(path)
        token = self.token_of(answer)
        if token is None:
            raise RuntimeError(f"{path}: {answer.status}, and no form")
        return token

    def token_of(self, answer: Answer) -> str | None:
        """Return the token of the form on a page, if there is one, and keep its cookie."""
        for cookie in _COOKIE.findall(answer.head):
            self.cookies += f"; {cookie.decode()}"
        found = _TOKEN.search(answer.body)
        return found[1].decode() if found else None

    def close(self) -> None:
        """Hang up, if the line is open."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _head(self) -> str:
        return f"Host: localhost:{self.port}\r\nCookie: {self.cookies}\r\n"

    def _ask(self, request: bytes) -> Answer:
        for _ in range(2):  # a server may end an idle connection; then it is opened anew
            is_new = self._socket is None
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self.port), 60)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._socket.sendall(request)
                if answer := self._read(self._socket):
                    return answer
            except ConnectionError:
                self.close()
                if is_new:
                    raise
            self.close()
        raise RuntimeError("the server hung up")

    def _read(self, wire: socket.socket) -> Answer | None:
        got = b""
        while b"\r\n\r\n" not in got:
            if not (part := wire.recv(65536)):
                return None
            got += part
        head, body = got.split(b"\r\n\r\n", 1)
        length = _LENGTH.search(head + b"\r\n")
        missing = int(length[1]) - len(body) if length else 0
        while missing > 0:
            part = wire.recv(min(65536, missing))
            body, missing = body + part, missing - len(part)
        if b"connection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), head, body)


@dataclass(frozen=True)
class Run:
    """Answers with when they were asked for and when they came, in seconds from the start, and the
    seconds that the clients themselves computed.
    """

    answers: list[tuple[float, float, Answer]]
    computed: float

    def waits(self) -> list[float]:
        """Return how long each answer took."""
        return [came - asked for asked, came, _ in self.answers]

    def rate(self, status: int = 303) -> float:
        """Return the answers with this status a second, until the last of them came."""
        came = [at for _, at, answer in self.answers if answer.status == status]
        return len(came) / max(came)

    def share(self) -> float:
        """Return the share of all the machine's cores that the clients took."""
        return self.computed / max(came for _, came, _ in self.answers) / (os.cpu_count() or 1)


def run(clients: Sequence[Callable[[], Answer | None]]) -> Run:
    """Let each client ask until it returns None; return the answers."""
    gate = threading.Barrier(len(clients) + 1)
    took: list[tuple[float, float, Answer]] = []

    def ask_on(ask: Callable[[], Answer | None]) -> None:
        gate.wait()
        while True:
            asked = time.perf_counter()
            if (answer := ask()) is None:
                return
            took.append((asked, time.perf_counter(), answer))

    threads = [threading.Thread(target=ask_on, args=(ask,)) for ask in clients]
    for thread in threads:
        thread.start()
    began, computed = time.perf_counter(), time.process_time()
    gate.wait()
    for thread in threads:
        thread.join()
    computed = time.process_time() - computed
    return Run([(asked - began, came - began, answer) for asked, came, answer in took], computed)
