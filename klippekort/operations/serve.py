"""Serve the pages, and beside them the worker when the database is embedded: one process."""

import gc
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from werkzeug.middleware.proxy_fix import ProxyFix

from klippekort.config import Settings
from klippekort.operations.doctor import may_fork
from klippekort.operations.patient import PatientWorker
from klippekort.operations.startup import Trouble, jobs_of, open_app, ready_database
from klippekort.platform.assets import compress, folder, serve_static
from klippekort.platform.catalogues import compile_stale
from klippekort.platform.db import db
from klippekort.platform.metrics import forget_process, share_between_processes
from klippekort.platform.worker import Worker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8
MOST_CONNECTIONS = 500  # a process of the system may have 1024 files open, as a rule
GRACE_SECONDS = 10
MEMORY = Path("/dev/shm")  # noqa: S108  nothing of ours is read from there

Say = Callable[[str], None]


def serve(
    settings: Settings,
    environment: Mapping[str, str],
    say: Say,
    prepare: Callable[[Flask], Iterable[str]] = lambda _app: (),
) -> None:
    """Serve until told to end (SIGTERM, SIGINT); requests at hand are finished first.

    `prepare` may fill the database before anybody is let in; `say` is given the address, and the
    lines `prepare` returns. Raises Trouble before anything listens.
    """
    if settings.is_embedded and not may_fork(environment):
        raise Trouble("The embedded database needs WEB_CONCURRENCY to be 1, or unset.")
    if not has_socket(environment):
        claim_port(settings.host, settings.port)
    with suppress(PermissionError):  # an installed copy is compiled already, and may be read-only
        compile_stale()
    static = folder("static")
    compress(static)
    if _processes(settings, environment) > 1:
        share_between_processes(settings.data_folder / "metrics")
    app = open_app(settings)
    ready_database(app, settings, migrate=True)
    lines = list(prepare(app))
    with app.app_context():
        db.engine.dispose()  # a connection must not be shared by two processes
    pages = serve_static(app.wsgi_app, static, compressed=True)
    if settings.proxies:
        pages = ProxyFix(pages, x_for=settings.proxies, x_proto=settings.proxies)
    _leave_alone_what_stays()

    def ready(port: int) -> None:
        _greet(say, settings, port, lines)

    _Server(app, pages, settings, environment, ready).run()


def _processes(settings: Settings, environment: Mapping[str, str]) -> int:
    return 1 if settings.is_embedded else int(environment.get("WEB_CONCURRENCY") or 1)


def _leave_alone_what_stays() -> None:
    """Keep the collector of garbage from walking through the whole program during a page.

    It takes 10 ms to find that none of it is garbage, and it breaks up the memory that processes
    share.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def has_socket(environment: Mapping[str, str]) -> bool:
    """Say whether systemd hands us its socket, which it keeps open while we are started anew."""
    return environment.get("LISTEN_PID") == str(os.getpid())


def claim_port(host: str, port: int) -> None:
    """Make sure the port can be had, before any long preparation. Raises Trouble when not."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = found[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        raise Trouble(
            f"Port {port} on {host} cannot be had ({error.strerror}); choose another: PORT=8080"
        ) from error


def _greet(say: Say, settings: Settings, port: int, lines: Iterable[str]) -> None:
    # Browsers trust localhost as they trust https, and need that for work without a network.
    say(f"Klippekort is ready: http://localhost:{port}")
    for line in lines:
        say(line)
    if not settings.is_embedded:
        say("Jobs run in a process of their own: klippekort worker")


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings; it reads no settings file and no GUNICORN_CMD_ARGS."""

    def __init__(
        self,
        app: Flask,
        pages: "WSGIApplication",
        settings: Settings,
        environment: Mapping[str, str],
        ready: Callable[[int], None],
    ) -> None:
        self._app, self._pages, self._settings, self._ready = app, pages, settings, ready
        self._processes = _processes(settings, environment)
        self._worker: Worker | None = None
        # FLASK_DEBUG, left in an environment, is for those who develop.
        app.debug = False
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        options: dict[str, Any] = {
            "bind": f"{host}:{self._settings.port}",
            "workers": self._processes,
            "worker_class": f"{PatientWorker.__module__}.{PatientWorker.__name__}",
            "threads": THREADS,
            "worker_connections": MOST_CONNECTIONS,
            "keepalive": 5,
            "graceful_timeout": GRACE_SECONDS,
            # On a slow disk gunicorn's own sign of life would hang with the disk.
            "worker_tmp_dir": str(MEMORY) if os.access(MEMORY, os.W_OK) else None,
            "accesslog": None,
            "loglevel": "warning",
            "logger_class": _Log,
            "control_socket_disable": True,
            "proc_name": "klippekort",
            "when_ready": lambda arbiter: self._ready(arbiter.LISTENERS[0].sock.getsockname()[1]),
            "post_worker_init": lambda _process: self._start_worker(),
            "child_exit": lambda _arbiter, process: forget_process(process.pid),
            "worker_exit": lambda _arbiter, _process: self._stop_worker(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        return self._pages

    def _start_worker(self) -> None:
        """Start the embedded worker here, after the fork: threads do not survive one."""
        if self._settings.is_embedded:
            self._worker = Worker(self._app, jobs_of(self._app), self._settings.database_url)
            self._worker.start()

    def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.stop()


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's own lines, sent where the program's go: they may hold the query of an address."""

    def setup(self, cfg: Any) -> None:
        """Keep no handler of its own."""
        self.error_log.handlers[:] = []
        self.error_log.propagate = True
        self.error_log.setLevel("WARNING")

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Warn; of a request that could not be read, say neither what it was nor where from."""
        if msg.startswith("Invalid request from"):
            msg, args = "A request could not be read, and was refused.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Tell of an error; its address may hold a token, so it is not told."""
        if msg.startswith("Error handling request"):
            msg, args = "A request broke before the program had it.", ()
        super().exception(msg, *args, **kwargs)
