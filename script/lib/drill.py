"""What the drills share: a folder of their own, PostgreSQL on loopback, processes, and a report.

Everything a drill starts is ended by it, and everything it makes is deleted, whatever happens.
"""

import atexit
import http.client
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("klippekort", "templates", "static", "setup.py", "setup.cfg", "pyproject.toml")
PAPERS = ("README.md", "LICENSE", "requirements.txt")
WAIT = 240
PATIENCE = 120  # as long as a proxy in front may wait for an answer
LOGS: dict[int, Path] = {}


def say(what: str) -> None:
    """Write a line at once, whoever reads it."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


class Drill:
    """One drill: tells what it does as it goes, and how long it took."""

    def __init__(self, name: str) -> None:
        self.name, self.began = name, time.monotonic()
        self.folder = Path(tempfile.mkdtemp(prefix=f"klippekort-drill-{name}-"))
        self.folder.chmod(0o755)
        self._running: list[subprocess.Popen[bytes]] = []
        self.notes: list[str] = []
        atexit.register(self.clean_up)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        say(f"Drill {name}, in {self.folder}")

    def step(self, what: str):
        """Time a step: use it as `with`."""
        return _Step(self, what)

    def note(self, what: str) -> None:
        """Say something that was found."""
        say(f"          {what}")

    def unchecked(self, what: str) -> None:
        """Say what could not be looked at here, and why."""
        say(f"  not checked: {what}")

    def must(self, is_so: bool, what: str) -> None:
        """Say that something holds, or end the drill."""
        if not is_so:
            say(f"  FAILED: {what}")
            sys.exit(1)
        say(f"      ok  {what}")

    def start(self, command: list[str], log: str, **more) -> "subprocess.Popen[bytes]":
        """Start a process that ends with the drill."""
        with (self.folder / log).open("ab") as out:
            process = subprocess.Popen(  # noqa: S603  a program of the drill's own
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **more
            )
        self._running.append(process)
        LOGS[process.pid] = self.folder / log
        return process

    def run(self, command: list[str], **more) -> str:
        """Run a command to its end and return what it said; end the drill when it fails."""
        answer = subprocess.run(  # noqa: S603  a program of the drill's own
            command, capture_output=True, text=True, check=False, **more
        )
        if answer.returncode:
            say(answer.stdout + answer.stderr)
            self.must(False, " ".join(map(str, command[:6])))
        return answer.stdout

    def clean_up(self) -> None:
        """End what still runs, and delete the folder."""
        atexit.unregister(self.clean_up)
        for process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def finish(self) -> None:
        """Say that all of it went well."""
        say(f"Drill {self.name} held, in {time.monotonic() - self.began:.0f} s.")


class _Step:
    def __init__(self, drill: Drill, what: str) -> None:
        self.drill, self.what, self.seconds = drill, what, 0.0

    def __enter__(self) -> "_Step":
        self.began = time.monotonic()
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        self.seconds = time.monotonic() - self.began
        if kind is None:
            say(f"{self.seconds:7.1f} s  {self.what}")


class PostgreSQL:
    """A server on 127.0.0.1 with the roles of docs/deploy.md, each with a password."""

    def __init__(self, drill: Drill, name: str = "pg") -> None:
        self.drill, self.data, self.port = drill, drill.folder / name, free_port()
        self.programs = _programs(drill)
        self.user = None if os.geteuid() else _plain_user()
        self.passwords = {role: secrets.token_hex(12) for role in ("owner", "app", "backup")}

    def make(self) -> None:
        """Make the cluster, its roles and one empty database."""
        self.data.mkdir()
        if self.user:
            shutil.chown(self.data, self.user)
        self._as_user(
            "initdb",
            "-D",
            self.data,
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
        )
        self.start()
        self.sql(f"create role klippekort_owner login password '{self.passwords['owner']}'")
        self.sql(f"create role klippekort_app login password '{self.passwords['app']}'")
        self.sql(
            f"create role klippekort_backup login bypassrls password '{self.passwords['backup']}'"
        )
        self.sql("grant pg_read_all_data to klippekort_backup")
        self.new_database()

    def new_database(self) -> None:
        """Make an empty database, in place of one that may be there."""
        self.sql("drop database if exists klippekort with (force)")
        self.sql("create database klippekort owner klippekort_owner")
        self.sql("create extension btree_gist", "klippekort")

    def start(self, *options: str) -> None:
        """Start the server and wait until it answers."""
        self.server = self.drill.start(
            [
                f"{self.programs}/postgres",
                "-D",
                str(self.data),
                "-p",
                str(self.port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-k",
                str(self.data),
                *options,
            ],
            f"{self.data.name}.log",
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            cwd=self.data,
        )
        until(lambda: self._answers(), "PostgreSQL answers")

    def _answers(self) -> bool:
        asked = [f"{self.programs}/pg_isready", "-h", str(self.data), "-p", str(self.port)]
        answer = subprocess.run(asked, capture_output=True, check=False)  # noqa: S603
        return answer.returncode == 0

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the superuser and return its rows, one a line."""
        return self.drill.run(
            [
                f"{self.programs}/psql",
                "-h",
                str(self.data),
                "-p",
                str(self.port),
                "-U",
                "postgres",
                "-d",
                database,
                "-AtqX",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
            ]
        ).strip()

    def url(self, role: str, port: int | None = None) -> str:
        """Return the address of the database for a role."""
        password = self.passwords[role]
        return f"postgresql://klippekort_{role}:{password}@127.0.0.1:{port or self.port}/klippekort"

    def _as_user(self, program: str, *options: object) -> None:
        self.drill.run(
            [f"{self.programs}/{program}", *map(str, options)],
            cwd=self.data,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )

    def replica(self) -> "PostgreSQL":
        """Return a second server that follows this one by streaming."""
        other = PostgreSQL(self.drill, "replica")
        other.data.mkdir(mode=0o700)
        if other.user:
            shutil.chown(other.data, other.user)
        other._as_user(
            "pg_basebackup",
            "-h",
            self.data,
            "-p",
            self.port,
            "-U",
            "postgres",
            "-D",
            other.data,
            "-R",
            "-X",
            "stream",
            "--checkpoint=fast",
        )
        other.start()
        return other


class House:
    """Klippekort as it is installed: its commands, and its settings in the environment."""

    def __init__(self, drill: Drill, python: str, source: Path, settings: dict[str, str]) -> None:
        self.drill, self.python, self.source = drill, python, source
        self.data = drill.folder / "data"
        self.data.mkdir(exist_ok=True)
        self.settings = {
            "PATH": os.environ["PATH"],
            "HOME": str(drill.folder),
            "PYTHONPATH": str(source),
            "PYTHONDONTWRITEBYTECODE": "1",
            "KLIPPEKORT_DATA_FOLDER": str(self.data),
            **settings,
        }

    def klippekort(self, *words: str, **more: str) -> str:
        """Run a command of the program and return what it said."""
        return self.drill.run(
            [self.python, "-m", "klippekort", *words],
            cwd=self.drill.folder,
            env={**self.settings, **more},
        )

    def serve(self, port: int, processes: int = 2, **more) -> "subprocess.Popen[bytes]":
        """Start serving pages, and wait until they are ready."""
        process = self.drill.start(
            [self.python, "-m", "klippekort", "serve"],
            f"web-{port}.log",
            cwd=self.drill.folder,
            env={**self.settings, "PORT": str(port), "WEB_CONCURRENCY": str(processes)},
            **more,
        )
        until(lambda: is_served(port), f"pages are served at {port}", process)
        return process

    def work(self, name: str) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        return self.drill.start(
            [self.python, "-m", "klippekort", "worker"],
            f"{name}.log",
            cwd=self.drill.folder,
            env=self.settings,
        )


class Load:
    """Clients that ask for a page over and over, and count what they got."""

    def __init__(self, port: int, path: str = "/log-ind", clients: int = 4) -> None:
        self.port, self.path = port, path
        self.answers: list[int] = []
        self.lost: list[str] = []
        self.slowest = 0.0
        self._stop = threading.Event()
        self._clients = [threading.Thread(target=self._ask, daemon=True) for _ in range(clients)]

    def __enter__(self) -> "Load":
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for client in self._clients:
            client.join(PATIENCE)

    def _ask(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self.answers.append(get(self.port, self.path)[0])
            except OSError as error:
                self.lost.append(type(error).__name__)
            except http.client.HTTPException as error:
                self.lost.append(type(error).__name__)
            self.slowest = max(self.slowest, time.monotonic() - began)
            time.sleep(0.01)

    def told(self) -> str:
        """Return what came of it, in a sentence."""
        bad = [one for one in self.answers if one != 200]
        return (
            f"{len(self.answers)} answers, {len(bad)} of them no page, {len(self.lost)} lost, "
            f"slowest {self.slowest:.2f} s"
        )

    def is_whole(self) -> bool:
        """Say whether every request was answered with a page."""
        return bool(self.answers) and set(self.answers) == {200} and not self.lost


class Browser:
    """A browser that logs in: it keeps its cookies, whichever node it asks."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def get(self, port: int, path: str) -> tuple[int, str]:
        """Return the status and the page, without following."""
        status, page, headers = _asked(port, "GET", path, None, self._kept())
        self._keep(headers)
        return status, page

    def log_in(self, port: int, email: str, password: str) -> int:
        """Log in and return the status of the answer."""
        _status, page = self.get(port, "/log-ind")
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        for tag in re.findall(r"<input[^>]*>", page):
            name, value = (re.search(rf'{one}="([^"]*)"', tag) for one in ("name", "value"))
            if name and value:
                fields[name[1]] = value[1]
        fields |= {"email": email, "password": password}
        status, _page, headers = _asked(port, "POST", "/log-ind", fields, self._kept())
        self._keep(headers)
        return status

    def _kept(self) -> dict[str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": said} if said else {}

    def _keep(self, headers: list[tuple[str, str]]) -> None:
        for name, value in headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]


def get(port: int, path: str) -> tuple[int, str]:
    """Return a page's status and text."""
    status, page, _headers = _asked(port, "GET", path, None, {})
    return status, page


def _asked(
    port: int, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]
) -> tuple[int, str, list[tuple[str, str]]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        body = urlencode(fields) if fields is not None else None
        typed = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body, {**headers, **typed, "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace"), answer.getheaders()
    finally:
        connection.close()


def is_served(port: int) -> bool:
    """Say whether the log-in page is there."""
    try:
        return get(port, "/log-ind")[0] == 200
    except OSError:
        return False


def until(holds, what: str, process: "subprocess.Popen[bytes] | None" = None) -> float:
    """Wait until something holds, and return how many seconds it took; end the drill when never."""
    began = time.monotonic()
    while time.monotonic() - began < WAIT:
        if holds():
            return time.monotonic() - began
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.02)
    if process is not None:
        say(LOGS[process.pid].read_text()[-2000:])
    sys.exit(f"  FAILED: {what}")


def free_port() -> int:
    """Return a port of this machine that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def installed(drill: Drill) -> tuple[str, Path]:
    """Return a Python with everything Klippekort needs, and a copy of Klippekort.

    With `--python PATH` it is that one; else a new environment is made from the lock file.
    """
    source = drill.folder / "app"
    source.mkdir()
    with drill.step("copied the program into a clean folder"):
        for name in PARTS:
            copy_part(ROOT / name, source / name)
        for name in PAPERS:
            shutil.copy(ROOT / name, source)
    if "--python" in sys.argv:
        given = sys.argv[sys.argv.index("--python") + 1]
        drill.unchecked(f"installing from the lock: {given} is used instead (--python)")
        return given, source
    with drill.step("made an environment and installed the lock into it"):
        drill.run([sys.executable, "-m", "venv", str(drill.folder / "venv")])
        python = str(drill.folder / "venv" / "bin" / "python")
        drill.run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--only-binary=:all:",
                "-r",
                str(source / "requirements.txt"),
            ]
        )
    return python, source


def copy_part(what: Path, where: Path) -> None:
    """Copy a file or a folder of the program, without what was made here."""
    ignored = shutil.ignore_patterns("__pycache__", "*.br", "*.gz", "*.mo", "node_modules")
    if what.is_dir():
        shutil.copytree(what, where, ignore=ignored)
    else:
        shutil.copy(what, where)


def host_of(url: str) -> str:
    """Return the host of an address."""
    return urlsplit(url).hostname or ""


def _plain_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    sys.exit("root has no unprivileged user to run PostgreSQL as.")


def _programs(drill: Drill) -> Path:
    """Return the folder of the newest server programs; Debian keeps them outside PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: one.parts[-3])
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    if there is None:
        drill.clean_up()
        sys.exit("PostgreSQL's server programs are missing: apt-get install postgresql")
    return Path(there).resolve().parent
