"""F25: people, or machines, who send a letter a second; and those who send honestly but slowly."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread

import pytest

from bench.wire import Wire
from klippekort.operations.patient import GATHERED_FOR, MOST_HELD, is_whole
from klippekort.operations.serve import MOST_CONNECTIONS
from tests.databases import PEOPLED, Template, let_go, quiet_app
from tests.faults.machine import Process, served
from tests.login import session_secret

pytestmark = pytest.mark.timeout(300)

SLOW, HEAD = 60, "Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
KINDS = {
    "head": (b"GET /log-ind HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"x"),
    "body": (f"POST /log-ind HTTP/1.1\r\n{HEAD}Content-Length: 5000\r\n\r\n".encode(), b"x"),
    "long": (
        f"POST /log-ind HTTP/1.1\r\n{HEAD}Content-Length: 9000000\r\n\r\n".encode()
        + b"x" * 2 * MOST_HELD,
        b"x",
    ),
    "chunks": (
        f"POST /log-ind HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode(),
        b"1\r\nx\r\n",
    ),
    "silence": (b"", b""),
}


@dataclass(frozen=True)
class Served:
    """A server that all tests here share, and somebody to open it as."""

    process: Process
    secret: str
    page: str

    @property
    def port(self) -> int:
        """Return where it is."""
        return self.process.port


@pytest.fixture(scope="module")
def server(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = template.copy(PEOPLED)
    cast = template.told(PEOPLED)
    with quiet_app(settings).app_context():
        secret = session_secret(cast.karen)
        let_go()
    with served(settings, tmp_path_factory.mktemp("slow") / "log") as process:
        yield Served(process, secret, f"/borgere/{cast.ellen}")


@contextmanager
def _slow_people(port: int, kind: str, count: int = SLOW) -> Iterator[list[socket.socket]]:
    """Let many begin to send, and go on with a letter a second each."""
    first, more = KINDS[kind]
    is_over, lines = Event(), []
    with ExitStack() as open_lines:
        for _ in range(count):
            line = open_lines.enter_context(socket.create_connection(("127.0.0.1", port)))
            with suppress(OSError):
                line.sendall(first)
            lines.append(line)

        def drip() -> None:
            while not is_over.wait(1):
                for line in lines:
                    with suppress(OSError):
                        line.send(more)

        dripping = Thread(target=drip)
        dripping.start()
        try:
            yield lines
        finally:
            is_over.set()
            dripping.join()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_others_are_served_while_many_send_slowly(server: Served, kind: str) -> None:
    """F25: pages come as ever while sixty send a letter a second, and nothing is logged of it."""
    with _slow_people(server.port, kind):
        time.sleep(2)  # so that a thread which takes one of them has taken it
        for number in range(10):
            began = time.monotonic()
            with closing(Wire(server.port, f"session={server.secret}")) as wire:
                assert wire.get(server.page).status == 200, number
            assert time.monotonic() - began < 5, number
    assert "Traceback" not in server.process.said()


def test_whoever_is_too_slow_is_hung_up_on(server: Served) -> None:
    """F25: after some seconds the line is free again, with no page that tells anything."""
    with _slow_people(server.port, "body", 3) as lines:
        began = time.monotonic()
        for line in lines:
            line.settimeout(GATHERED_FOR + 10)
            with suppress(ConnectionError):
                assert line.recv(1000) == b""
        assert time.monotonic() - began < GATHERED_FOR + 10


def test_more_lines_than_there_are_places_leave_one_for_the_next(server: Served) -> None:
    """F25: those who have been slow longest make room."""
    many = _slow_people(server.port, "head", MOST_CONNECTIONS + 50)
    with many, closing(Wire(server.port)) as wire:
        answer = wire.get("/live")
    assert (answer.status, answer.body) == (200, b"ok\n")


def test_an_honest_form_may_come_in_pieces(server: Served) -> None:
    """A bad line to a tablet: the head in halves, and the body later, are answered as ever."""
    with closing(Wire(server.port)) as wire:
        token = wire.token("/log-ind")
    body = f"csrf_token={token}&email=x%40example.dk&password=a+wrong+password"
    head = f"POST /log-ind HTTP/1.1\r\n{HEAD}Cookie: {wire.cookies}\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        for piece in (head[:40], head[40:-2], head[-2:], body[:10], body[10:]):
            line.sendall(piece.encode())
            time.sleep(0.3)
        assert line.recv(12) == b"HTTP/1.1 422"


def test_a_long_upload_is_read_to_its_end(server: Served) -> None:
    """Five megabytes in a form that is refused for its token alone: all of it was taken."""
    size = 5_000_000
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        kind = "multipart/form-data; boundary=b"
        head = f"POST /log-ind HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        start = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        body = start + b"x" * size + b"\r\n--b--\r\n"
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert line.recv(12) == b"HTTP/1.1 400"


def test_two_requests_at_once_on_one_line_are_both_answered(server: Served) -> None:
    """What is sent ahead of an answer is not lost with it."""
    one = b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.settimeout(10)
        line.sendall(one + one)
        got = b""
        while got.count(b"ok\n") < 2:
            piece = line.recv(4096)
            assert piece, got
            got += piece
    assert got.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize(
    "odd",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 4\r\nContent-Length: 40",
        "Content-Length: +4",
        "Content-Length: 4, 40",
        "Content-Length : 4",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "X: a\r\n Transfer-Encoding: chunked",
        "X: a\nContent-Length: 4",
    ],
)
def test_a_request_that_could_be_read_in_two_ways_is_refused(server: Served, odd: str) -> None:
    """No request hides in another: what follows an odd one is answered to nobody."""
    hidden = "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    sent = f"POST /log-ind HTTP/1.1\r\nHost: localhost\r\n{odd}\r\n\r\n0\r\n\r\n{hidden}"
    got = b""
    with socket.create_connection(("127.0.0.1", server.port)) as line, suppress(ConnectionError):
        line.settimeout(GATHERED_FOR + 10)
        line.sendall(sent.encode())
        while piece := line.recv(4096):
            got += piece
    assert got[9:12] in (b"", b"400", b"501"), got
    assert b"ok\n" not in got


@pytest.mark.parametrize(
    ("got", "whole"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", True),
    ],
)
def test_a_request_is_whole_when_its_head_says_so(got: bytes, whole: bool) -> None:
    assert is_whole(got) is whole
