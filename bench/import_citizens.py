"""Time the import of many citizens, and the memory it takes: `python bench/import_citizens.py`.

Runs on an embedded database, or with `--postgresql` on a server started for the occasion. Each run
is a process of its own, so that its peak memory is its own.
"""

import argparse
import io
import random
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
from klippekort.punchcards.services.schemes import create_scheme
from tests.cluster import Cluster

HEADER = (
    "CPR-nummer;Fornavn;Efternavn;Adresse;Postnr;By;Telefon;Leverandør;Distrikt;Boform;"
    "Hjælpemidler;Minutter pr. uge;Adressebeskyttelse;Klippekort fra"
)
FIRST = ("Ellen", "Poul", "Åse", "Jørgen", "Kirsten", "Ove")
LAST = ("Sørensen", "Østergaard", "Holm", "Mortensen Nielsen", "Ågård")


def made_up(count: int) -> bytes:
    """Return a file of invented citizens with impossible numbers; two in three hold a card."""
    chance = random.Random(20261119)  # noqa: S311  invented people, not secrets
    text = io.StringIO()
    text.write(HEADER + "\n")
    for number in range(count):
        day = f"{61 + number % 28}{1 + number // 28 % 12:02}{20 + number // 336 % 30:02}"
        card = "" if chance.random() < 1 / 3 else "24-03-2025"
        text.write(
            f"{day}-{number % 10000:04};{chance.choice(FIRST)};{chance.choice(LAST)};"
            f"Kirkestræde {number}, st. th;4682;Øster Lindeby;44 57 22 80;Hjemmeplejen;"
            f"Distrikt {number % 4};Eget hjem;rollator, kørestol;612,5;Nej;{card}\n"
        )
    return text.getvalue().encode()


@contextmanager
def database(*, postgresql: bool, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the addresses of a fresh database: the owner's and the app's."""
    if not postgresql:
        url = f"sqlite:///{folder / 'bench.db'}"
        yield url, url
        return
    with Cluster() as cluster:
        yield cluster.create_database("bench", None)


def set_up() -> int:
    """Add a municipality with what the file names, and return its number."""
    now = clock.now()
    home: int = execute(create_municipality, "Lindeby", now=now)
    terms = PRESETS["nyborg"].terms
    ready = decide(terms, {rule: choices_of(rule)[0] for rule in missing_to_run(terms)})
    admin = Actor(home, Role.ADMINISTRATOR)
    with acting_for(home):
        execute(add_supplier, admin, "Hjemmeplejen", True, None, now)
        for number in range(4):
            execute(add_district, admin, f"Distrikt {number}", now)
        execute(
            create_scheme,
            replace(admin, role=Role.COORDINATOR),
            name="Hjemme",
            setting=PRESETS["nyborg"].setting,
            terms=ready,
            from_on=date(2020, 1, 1),
            now=now,
        )
    return home


def measure(count: int, owner: str, url: str, folder: Path) -> None:
    """Import the file twice and say how long it took."""
    migrate.upgrade(owner, url)
    app = create_app(Settings(folder, url, owner, folder / "keys.json"))
    data = made_up(count)
    with app.app_context():
        home = set_up()
        actor = Actor(home, Role.SYSTEM)
        with acting_for(home):
            for run in ("first", "second"):
                started = time.perf_counter()
                reading = prepare(Kind.CITIZENS, data)
                read = time.perf_counter() - started
                counts = jobs.apply(actor, Kind.CITIZENS, reading, now=clock.now())
                took = time.perf_counter() - started
                sys.stdout.write(f"{run}: {took:.1f} s ({read:.1f} s of it reading), {counts}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:.0f} MB\n")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with database(postgresql=chosen.postgresql, folder=folder) as (owner, url):
            measure(chosen.rows, owner, url, folder)


if __name__ == "__main__":
    main()
