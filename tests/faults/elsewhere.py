"""A machine that nobody should ask, or that answers badly: it counts who comes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Elsewhere:
    """What it answers, word for word, and how many have connected; None is never an answer."""

    port: int
    answer: bytes | None = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    came: int = 0
    lines: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is, as one says it on this machine."""
        return f"http://localhost:{self.port}"

    def redirects_to(self, url: str, status: int = 302) -> None:
        """Send everybody elsewhere."""
        said = f"HTTP/1.1 {status} Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n"
        self.answer = said.encode()


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Listen on loopback."""
    door = socket.create_server(("127.0.0.1", 0))
    place = Elsewhere(door.getsockname()[1])

    def listen() -> None:
        while True:
            try:
                line, _address = door.accept()
            except OSError:
                return
            place.came += 1
            place.lines.append(line)
            threading.Thread(target=_answer, args=(line, place.answer), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()
        for line in place.lines:
            line.close()


def _answer(line: socket.socket, answer: bytes | None) -> None:
    with suppress(OSError):
        line.recv(65536)
        if answer is not None:
            line.sendall(answer)
            line.shutdown(socket.SHUT_WR)
