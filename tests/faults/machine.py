"""The program as it runs for real: server and worker in processes of their own, to be killed."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.served import free_port
from bench.wire import Answer, Wire
from klippekort.config import Settings

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
PATIENCE = 90.0
ANSWERED = (303, 422)


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """Return what a process of ours is told, on the database of `settings`."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "KLIPPEKORT_DATA_FOLDER": str(settings.data_folder),
        "KLIPPEKORT_DATABASE_URL": settings.database_url,
        "KLIPPEKORT_OWNER_DATABASE_URL": settings.owner_database_url,
        "KLIPPEKORT_KEY_FILE": str(settings.key_file),
        **more,
    }


@dataclass
class Process:
    """A command of ours that runs; what it says is kept."""

    process: "subprocess.Popen[bytes]"
    log: Path
    port: int = 0

    def said(self) -> str:
        """Return what it has said so far."""
        return self.log.read_text(errors="replace")

    def children(self) -> list[int]:
        """Return the processes that answer, those of gunicorn's master."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with suppress(FileNotFoundError):
            return [int(number) for number in found.read_text().split()]
        return []

    def kill_one(self, chance: Random) -> bool:
        """Kill one of the processes that answer, with no warning; say whether there was one."""
        children = self.children()
        if not children:
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(children), signal.SIGKILL)
        return True


@contextmanager
def running(settings: Settings, log: Path, *command: str, **more: str) -> Iterator[Process]:
    """Run `klippekort COMMAND`, and end it and its children afterwards."""
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "klippekort", *command],
            env=environment_of(settings, **more),
            cwd=settings.data_folder,
            stdout=sink,
            stderr=sink,
        )
    one = Process(process, log)
    try:
        yield one
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def served(settings: Settings, log: Path, processes: int = 1, **more: str) -> Iterator[Process]:
    """Serve the pages as in production, and wait until somebody answers."""
    told = {"PORT": str(free_port()), "WEB_CONCURRENCY": str(processes), **more}
    port = int(told["PORT"])
    with running(settings, log, "serve", **told) as one:
        one.port = port
        latest = time.monotonic() + START_SECONDS
        while not _listens(port):
            assert one.process.poll() is None, one.said()
            assert time.monotonic() < latest, one.said()
            time.sleep(0.1)
        yield one


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Press:
    """A press of a button: where, with what, and what to know it by."""

    path: str
    values: dict[str, str]
    name: str


@dataclass
class Crowd:
    """People who press buttons, and press again, with the same form, until they are answered."""

    port: int
    secret: str
    form_at: str
    presses: Sequence[Press]
    answers: dict[str, Answer] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    pages: list[bytes] = field(default_factory=list)

    def run(self, people: int, meanwhile: Callable[[], None]) -> None:
        """Let so many people press everything, and do something else meanwhile."""
        waiting = iter(list(self.presses))
        lock = threading.Lock()

        def one() -> None:
            while True:
                with lock:
                    press = next(waiting, None)
                if press is None:
                    return
                self._press(press)

        threads = [threading.Thread(target=one) for _ in range(people)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            meanwhile()
        for thread in threads:
            thread.join()

    def again(self, name: str) -> Answer:
        """Press once more what has been answered."""
        press = next(press for press in self.presses if press.name == name)
        return self.send(press.path, press.values)

    def open(self, path: str) -> Answer:
        """Open a page."""
        with closing(Wire(self.port, f"session={self.secret}")) as wire:
            return wire.get(path)

    def send(self, path: str, values: dict[str, str]) -> Answer:
        """Send a form, with its token."""
        with closing(Wire(self.port, f"session={self.secret}")) as wire:
            token = wire.token(self.form_at)
            return wire.post(path, values | {"csrf_token": token})

    def _press(self, press: Press) -> None:
        latest = time.monotonic() + PATIENCE
        while press.name not in self.answers:
            assert time.monotonic() < latest, f"{press.name} was never answered: {self.statuses}"
            try:
                with closing(Wire(self.port, f"session={self.secret}")) as wire:
                    answer = wire.get(self.form_at)
                    if answer.status == 200:
                        token = {"csrf_token": wire.token_of(answer) or ""}
                        answer = wire.post(press.path, press.values | token)
            except (OSError, RuntimeError):  # refused, or cut off in the middle
                self.broken += 1
                time.sleep(0.05)
                continue
            self.statuses[answer.status] += 1
            if answer.status in ANSWERED:
                self.answers[press.name] = answer
            else:
                self.pages.append(answer.body)
                time.sleep(0.05)
