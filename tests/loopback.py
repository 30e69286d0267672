"""A push service, a gateway that calls people, and a distributor of Digital Post: a process of its
own on loopback, real enough to check signatures, to lose answers and to forget devices.

Run as a program it prints its port and serves until it is ended.
"""

import json
import subprocess
import sys
import threading
import time
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

LONGEST_SIGNED = 24 * 3600
LARGEST_PUSH = 4096


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_signed(authorization: str, audience: str, now: float) -> bool:
    """Say whether a VAPID header (RFC 8292) is signed by the key it names, for us and for now."""
    scheme, _space, said = authorization.partition(" ")
    parts = dict(one.strip().split("=", 1) for one in said.split(",") if "=" in one)
    if scheme.lower() != "vapid" or not {"t", "k"} <= parts.keys():
        return False
    head, body, mark = parts["t"].split(".")
    claims, signature = json.loads(_raw(body)), _raw(mark)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(parts["k"]))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    is_ours = claims["aud"] == audience and str(claims["sub"]).startswith("mailto:")
    return is_ours and now < claims["exp"] <= now + LONGEST_SIGNED


class _House:
    """What was taken, once for each address and key, and how the next answers go."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.trouble: list[Any] = []

    def take(self, path: str, key: str, headers: dict[str, str], body: bytes) -> int | None:
        """Take something and return the status to answer with; None for no answer."""
        with self.lock:
            self.posts += 1
            now = self.trouble.pop(0) if self.trouble else 201
            if now in ("lost", 201):
                said = {"path": path, "headers": headers, "body": b64encode(body).decode()}
                self.taken.setdefault(f"{path} {key}", said)
            return None if now == "lost" else int(now)


class _Handler(BaseHTTPRequestHandler):
    house = _House()

    def do_GET(self) -> None:
        """Tell what was taken."""
        house = self.house
        with house.lock:
            said = {"posts": house.posts, "taken": list(house.taken.values())}
        self._answer(200, json.dumps(said).encode())

    def do_POST(self) -> None:
        """Take what is sent, or how to answer from now on."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/trouble":
            self.house.trouble = json.loads(body)
            self._answer(204, b"")
            return
        status: int | None = self._refusal(body)
        if status is None:
            is_push = self.path.startswith("/push/")
            key = self.headers["Topic" if is_push else "Idempotency-Key"]
            status = self.house.take(self.path, str(key), dict(self.headers.items()), body)
        if status is None:
            self.close_connection = True
            return
        self._answer(status, json.dumps({"id": "there"}).encode())

    def _refusal(self, body: bytes) -> int | None:
        if not self.path.startswith("/push/"):
            return None if self.headers["Authorization"] == "Bearer token" else 401
        audience = f"http://{self.headers['Host']}"
        if not is_signed(self.headers["Authorization"], audience, time.time()):
            return 403
        if self.headers["Content-Encoding"] != "aes128gcm" or "TTL" not in self.headers:
            return 400
        return 413 if len(body) > LARGEST_PUSH else None

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Loopback:
    """The process, as a test asks it."""

    port: int

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def trouble(self, *answers: int | str) -> None:
        """Say how the next are answered: a status, or "lost" for what is taken and not answered."""
        self._ask("POST", "/trouble", json.dumps(answers).encode())

    def posts(self) -> int:
        """Count what came, taken or not."""
        return int(self._ask("GET", "/")["posts"])

    def taken(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        """Return what was taken at an address and below, headers and body, in order."""
        found = self._ask("GET", "/")["taken"]
        return [
            (one["headers"], b64decode(one["body"]))
            for one in found
            if one["path"].startswith(path)
        ]

    def _ask(self, method: str, path: str, body: bytes = b"") -> Any:
        line = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request(method, path, body)
            return json.loads(line.getresponse().read() or b"null")
        finally:
            line.close()


@contextmanager
def loopback() -> Iterator[Loopback]:
    """Run the process."""
    asked = [sys.executable, __file__]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Loopback(int(process.stdout.readline()))
        finally:
            process.kill()


def main() -> None:
    """Serve until somebody ends the process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever(0.05)


if __name__ == "__main__":
    main()
