"""A throw-away PostgreSQL cluster: its own folder, one Unix socket, no network, gone at the end."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

OWNER, APP, READER = "klippekort_owner", "klippekort_app", "klippekort_reader"
SUPERUSER = "postgres"
START_SECONDS = 30
# Nothing here outlives the tests, so nothing needs to reach the disk.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "logging_collector": "off",
    "jit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1h",
}


class NoPostgreSQL(RuntimeError):
    """The server programs are not on this machine, or the server did not start."""


class Cluster:
    """A PostgreSQL server of the tests' own, with the roles owner, app and reader.

    `options` take the place of some of the server's.

    Use it as a context manager, or call `start` and `stop`. Start it from the main thread: the
    kernel ends the server when the thread that started it dies, so a killed run leaves nothing.
    """

    def __init__(self, **options: str) -> None:
        self._options = SERVER_OPTIONS | options
        self.folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make the cluster and wait until it answers.

        Raises NoPostgreSQL when the programs are missing or the server does not come up.
        """
        programs = _programs()
        # A socket's path may hold 107 characters, which rules out the folders pytest makes.
        self.folder = Path(tempfile.mkdtemp(prefix="klippekort-pg-", dir="/tmp"))
        atexit.register(self.stop)
        try:
            self._start(programs, self.folder)
            self._prepare()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and delete its folder; harmless when it never ran."""
        atexit.unregister(self.stop)
        if self._server is not None:
            # SIGQUIT: PostgreSQL's immediate shutdown, which waits for no connection.
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=START_SECONDS)
            self._server = None
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def crash(self) -> None:
        """Let the server die as in a power cut; what it has on its disk stays."""
        assert self._server is not None
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(timeout=START_SECONDS)

    def is_dead(self) -> bool:
        """Say whether the server has ended by itself."""
        return self._server is not None and self._server.poll() is not None

    def revive(self) -> None:
        """Start the server again, and wait until it answers."""
        assert self.folder is not None
        self._serve(_programs(), self.folder)

    def create_database(self, name: str, template: str | None = None) -> tuple[str, str]:
        """Return the addresses of a new database, for its owner and for the app's role.

        With `template` it begins as a copy of that database, which nobody may be connected to.
        """
        self._as_superuser(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template1")
            )
        )
        return self.url(name, OWNER), self.url(name, APP)

    def drop_database(self, name: str) -> None:
        """Drop the database and end whatever is still connected to it."""
        self._as_superuser(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def url(self, name: str, role: str) -> str:
        """Return SQLAlchemy's address of a database as `role` sees it."""
        return f"postgresql+psycopg://{role}@/{name}?host={self.folder}"

    def _start(self, programs: Path, folder: Path) -> None:
        user = _user()
        if user is not None:
            shutil.chown(folder, user)
        made = subprocess.run(
            [
                *(f"{programs}/initdb", f"--pgdata={folder}/data", f"--username={SUPERUSER}"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            cwd=folder,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise NoPostgreSQL(made.stderr)
        self._serve(programs, folder)

    def _serve(self, programs: Path, folder: Path) -> None:
        user = _user()
        options = [f"-c{name}={value}" for name, value in self._options.items()]
        with (folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "QUIT"),
                    *(f"{programs}/postgres", "-D", f"{folder}/data", "-k", f"{folder}", *options),
                ],
                cwd=folder,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is pytest's; the server ends when pytest has finished with it.
                start_new_session=True,
            )
        self._wait(self._server, folder)

    def _wait(self, server: subprocess.Popen[bytes], folder: Path) -> None:
        latest = time.monotonic() + START_SECONDS
        while time.monotonic() < latest and server.poll() is None:
            try:
                self._connect("postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise NoPostgreSQL((folder / "log").read_text())

    def _prepare(self) -> None:
        self._as_superuser(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        for role in (APP, READER):
            self._as_superuser(f"CREATE ROLE {role} LOGIN")
        self._as_superuser("CREATE EXTENSION btree_gist", database="template1")

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.folder), dbname=database, user=SUPERUSER, autocommit=True
        )

    def _as_superuser(self, statement: str | sql.Composed, database: str = "postgres") -> None:
        with self._connect(database) as connection:
            connection.execute(statement)


def _programs() -> Path:
    """Return the folder of the newest server programs; Debian keeps them outside PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    if found is None and (initdb := shutil.which("initdb")):
        found = Path(initdb).resolve()
    if found is None:
        raise NoPostgreSQL("PostgreSQL's server programs are not installed.")
    return found.parent


def _user() -> str | None:
    """Return whom to run the server as: None for oneself, as initdb refuses only root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoPostgreSQL("root has no unprivileged user to run PostgreSQL as.")
