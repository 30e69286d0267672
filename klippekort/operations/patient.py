"""gunicorn's threads, for whole requests alone: somebody who sends a letter a second holds none.

The proxy in front of a large installation does the same; a small one has none.
"""

import re
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from select import select
from selectors import EVENT_READ
from typing import Any

from gunicorn.http.unreader import SocketUnreader  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

GATHERED_FOR = 20.0
"""Seconds in which a request must have come, or as much of it as is held here."""
MOST_HELD = 64 * 1024
LONGEST_PAUSE = 5.0
FEWEST_A_SECOND = 16 * 1024
"""Bytes that a long request must bring each second, once it has had its first ten."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
# Whoever sends these says little beforehand: a thread reads on, with a watch in its hand.
_READ_ON = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


def is_whole(got: bytes) -> bool:
    """Say whether all of a request is there, as far as its head says how long it is."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = got[: end + 2]
    length = _LENGTH.search(head)
    return bool(_READ_ON.search(head)) or length is None or len(got) - end - 4 >= int(length[1])


class _Watched(SocketUnreader):  # type: ignore[misc]
    """Reads on from a socket while it brings enough; then it is as if somebody had hung up."""

    def __init__(self, sock: Any) -> None:
        super().__init__(sock)
        self.begin()

    def begin(self) -> None:
        """Count anew: another request begins."""
        self._began, self._brought = time.monotonic(), 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return what comes next, or nothing from somebody who is too slow."""
        allowed = 10 + self._brought / FEWEST_A_SECOND
        is_late = time.monotonic() - self._began > allowed
        if is_late or not select([self.sock], [], [], LONGEST_PAUSE)[0]:
            return b""
        piece: bytes = super().chunk(size_hint)
        self._brought += len(piece)
        return piece


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Gathers requests in the loop that watches all connections, and gives whole ones to threads.

    Of what is too long to be held, half of the threads read on at most.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading: set[TConn] = set()
        self._waiting: deque[TConn] = deque()

    def accept(self, listener: Any) -> None:
        """Take a connection; when there are too many, the one that has been slow longest goes."""
        try:
            line, client = listener.accept()
        except OSError:  # gone already, or another process has taken it
            return
        self.nr_conns += 1
        if self.nr_conns >= self.max_keepalived and self.pending_conns:
            self._hang_up(self.pending_conns[0])
        self._gather(TConn(self.cfg, line, client, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        """Gather the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def _gather(self, conn: TConn) -> None:
        conn.sock.setblocking(False)
        conn.got, conn.timeout = bytearray(), time.monotonic() + GATHERED_FOR
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._take, conn))

    def _take(self, conn: TConn, line: Any) -> None:
        try:
            piece = line.recv(MOST_HELD)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        if not piece:
            self._hang_up(conn)
            return
        conn.got += piece
        is_long = len(conn.got) >= MOST_HELD
        if not (whole := is_whole(conn.got)) and not is_long:
            return
        self.poller.unregister(line)
        self.pending_conns.remove(conn)
        if whole and not _READ_ON.search(conn.got):
            self.enqueue_req(conn)
        elif len(self._reading) < max(1, self.cfg.threads // 2):
            self._read_on(conn)
        else:
            self._waiting.append(conn)

    def _read_on(self, conn: TConn) -> None:
        self._reading.add(conn)
        self.enqueue_req(conn)

    def _hang_up(self, conn: TConn) -> None:
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()

    def handle(self, conn: TConn) -> Any:
        """Handle a request in a thread, beginning with what was gathered of it."""
        conn.init()
        if not isinstance(conn.parser.unreader, _Watched):
            conn.parser.unreader = _Watched(conn.sock)
        conn.parser.unreader.begin()
        if conn.got:
            conn.parser.unreader.unread(bytes(conn.got))
            conn.got = bytearray()
        return super().handle(conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Let the connection go or keep it; and let the next long request be read."""
        super().finish_request(conn, fs)
        if conn in self._reading:
            self._reading.remove(conn)
            if self._waiting:
                self._read_on(self._waiting.popleft())

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer than `deadline` for anybody when this process ends."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)
