"""The app and its floor under the production server, each a process of its own on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from klippekort.config import Settings

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def _served(command: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "PORT": str(port),
        **environment,
    }
    with subprocess.Popen([sys.executable, *command], env=environment) as server:  # noqa: S603
        try:
            _wait_for(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


@contextmanager
def app_served(settings: Settings, processes: int) -> Iterator[int]:
    """Serve the app as in production, and give its port."""
    told = {
        "KLIPPEKORT_DATA_FOLDER": str(settings.data_folder),
        "KLIPPEKORT_DATABASE_URL": settings.database_url,
        "KLIPPEKORT_OWNER_DATABASE_URL": settings.owner_database_url,
        "KLIPPEKORT_KEY_FILE": str(settings.key_file),
        "WEB_CONCURRENCY": str(processes),
    }
    with _served(["-m", "klippekort", "serve"], told) as port:
        yield port


@contextmanager
def floor_served(url: str, processes: int) -> Iterator[int]:
    """Serve the bare app under the same server, and give its port."""
    told = {"FLOOR_URL": url, "WEB_CONCURRENCY": str(processes)}
    with _served(["-m", "bench.floor_app"], told) as port:
        yield port
