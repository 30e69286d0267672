"""Time the import of many rows of each kind, and the memory it takes: `python bench/imports.py`.

Runs on a fresh embedded database, on an empty one named by `--database`, or with `--postgresql` on
a server started for the occasion. Each kind is a process of its own, so that its peak memory is its
own; what a kind needs is brought before it.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.made_up import DISTRICTS, SCHEME, SUPPLIER, file_of
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import choices_of, decide, missing_to_run
from klippekort.imports import jobs
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.importing import prepare
from klippekort.municipalities.services import add_district, add_supplier, create_municipality
from klippekort.platform import clock, migrate
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.punchcards.services.schemes import create_scheme
from tests.cluster import Cluster

# In this order each kind finds what its rows refer to.
KINDS = {
    Kind.CITIZENS: (),
    Kind.STAFF: (),
    Kind.VOLUNTEERS: (),
    Kind.ACTIVITIES: (),
    Kind.CARDS: (Kind.CITIZENS,),
    Kind.SHIFTS: (Kind.STAFF,),
    Kind.TRIPS: (Kind.CITIZENS, Kind.STAFF),
}


@contextmanager
def database(chosen: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the addresses of the database: the owner's and the app's."""
    if chosen.postgresql:
        with Cluster() as cluster:
            yield cluster.create_database("bench", None)
    else:
        url = chosen.database or f"sqlite:///{folder / 'bench.db'}"
        yield chosen.owner_database or url, url


def set_up(settings: Settings) -> int:
    """Add a municipality with what the files name, and return its number."""
    with create_app(settings).app_context():
        now = clock.now()
        home: int = execute(create_municipality, "Lindeby", now=now)
        terms = PRESETS["nyborg"].terms
        ready = decide(terms, {rule: choices_of(rule)[0] for rule in missing_to_run(terms)})
        admin = Actor(home, Role.ADMINISTRATOR)
        with acting_for(home):
            execute(add_supplier, admin, SUPPLIER, True, None, now)
            for name in DISTRICTS:
                execute(add_district, admin, name, now)
            execute(
                create_scheme,
                replace(admin, role=Role.COORDINATOR),
                name=SCHEME,
                setting=PRESETS["nyborg"].setting,
                terms=ready,
                from_on=date(2020, 1, 1),
                now=now,
            )
    return home


def bring(settings: Settings, home: int, kind: Kind, count: int, times: int, proves: bool) -> None:
    """Import a file so many times and say how long it took, and the most memory it took."""
    said = []
    with create_app(settings).app_context(), acting_for(home):
        data = file_of(kind, count, clock.today())
        for _ in range(times):
            began, busy = time.perf_counter(), time.process_time()
            reading = prepare(kind, data)
            counts = jobs.apply(Actor(home, Role.SYSTEM), kind, reading, now=clock.now())
            took, busy = time.perf_counter() - began, time.process_time() - busy
            said.append(f"{took:6.1f} s ({busy:5.1f} s of it busy here), {counts}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(
            f"{kind}, {count} rows: {'; again '.join(said)}; peak memory {peak:.0f} MB\n"
        )
        sys.stdout.flush()
        if proves:
            sys.stdout.write(f"{kind}: {len(verify_municipality())} differences in the proof\n")


def wanted(kinds: list[Kind]) -> list[Kind]:
    """Return the kinds asked for and those they need, in an order that works; all when none."""
    needed = {need for kind in kinds for need in (kind, *KINDS[kind])}
    return [kind for kind in KINDS if not kinds or kind in needed]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", type=Kind, help=f"of {', '.join(KINDS)}; or all")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--database", help="the address of an empty database")
    parser.add_argument("--owner-database", help="its address for its owner, if another")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--prove", action="store_true", help="prove the ledger after the cards")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database(chosen, Path(name)) as (owner, url):
        settings = Settings(Path(name), url, owner, Path(name) / "keys.json")
        migrate.upgrade(owner, url)
        home = set_up(settings)
        processes = multiprocessing.get_context("spawn")
        for kind in wanted(chosen.kinds):
            proves = chosen.prove and kind is Kind.CARDS
            # What is only needed is not measured a second time.
            times = 2 if kind in (chosen.kinds or KINDS) else 1
            child = processes.Process(
                target=bring, args=(settings, home, kind, chosen.rows, times, proves)
            )
            child.start()
            child.join()
            if child.exitcode:
                raise SystemExit(child.exitcode)


if __name__ == "__main__":
    main()
