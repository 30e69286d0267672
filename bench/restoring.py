"""Time a copy of a large database, and the way back with every minute proved.

`python bench/restoring.py` makes cards of 5,000 entries in one municipality until there are
`--entries` of them, in a fresh embedded database or, with `--postgresql`, on a server started for
the occasion, and runs the commands that an operator runs. Five minutes for a million are promised
for the way back, and half a minute for proving what came back, which the way back does too. The
last line is `result: entries=… backup_seconds=… restore_seconds=… verify_seconds=… megabytes=…`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.ledger import say, settle
from bench.towns import add_town
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.platform import migrate
from klippekort.platform.db import db
from tests.cluster import SUPERUSER, Cluster

ON_A_CARD = 5_000
Addresses = dict[str, str]


@contextmanager
def databases(folder: Path, *, postgresql: bool) -> Iterator[tuple[Addresses, Addresses]]:
    """Give the settings of a database to fill, and of an empty one to come back to."""
    if not postgresql:
        yield _file(folder / "before.db"), _file(folder / "after.db")
        return
    with Cluster() as cluster:
        yield _server(cluster, "before"), _server(cluster, "after")


def _file(file: Path) -> Addresses:
    return {"KLIPPEKORT_DATABASE_URL": f"sqlite:///{file}"}


def _server(cluster: Cluster, name: str) -> Addresses:
    owner, app = cluster.create_database(name)
    return {
        "KLIPPEKORT_DATABASE_URL": app,
        "KLIPPEKORT_OWNER_DATABASE_URL": owner,
        "KLIPPEKORT_BACKUP_DATABASE_URL": cluster.url(name, SUPERUSER),
    }


def fill(folder: Path, addresses: Addresses, entries: int) -> None:
    """Make a municipality whose cards have so many entries together."""
    url = addresses["KLIPPEKORT_DATABASE_URL"]
    owner = addresses.get("KLIPPEKORT_OWNER_DATABASE_URL", url)
    migrate.upgrade(owner, url)
    app = create_app(Settings(folder, url, owner, folder / "keys.json"))
    with app.app_context():
        town = add_town("Lindeby")
        for person in range(1, entries // ON_A_CARD + 1):
            town.add_card(person, ON_A_CARD)
            if person == 1:
                settle(owner)
        db.engine.dispose()


def run(folder: Path, addresses: Addresses, *words: str) -> tuple[str, float]:
    """Run a command of the program; return what it said, and how many seconds it took."""
    began = time.perf_counter()
    said = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-W", "ignore", "-m", "klippekort", *words],
        env={**os.environ, "KLIPPEKORT_DATA_FOLDER": str(folder), **addresses},
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout, time.perf_counter() - began


def proved(folder: Path, addresses: Addresses, *words: str) -> float:
    """Run a command that ends by proving the ledger; return how many seconds it took."""
    told, taken = run(folder, addresses, *words)
    if "Every minute is accounted for" not in told:
        raise SystemExit(told)
    return taken


def main() -> None:
    """Fill a database, copy it, put it back, prove it, and print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=1_000_000)
    asked.add_argument("--postgresql", action="store_true")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with databases(folder, postgresql=chosen.postgresql) as (before, after):
            fill(folder, before, chosen.entries)
            say(f"made {chosen.entries} entries")
            said, taken = run(folder, before, "backup", str(folder / "copies"))
            copy = Path(said.strip())
            back = proved(folder, after, "restore", str(copy))
            proof = proved(folder, after, "ledger", "verify")
            say(
                f"result: entries={chosen.entries} backup_seconds={taken:.0f} "
                f"restore_seconds={back:.0f} verify_seconds={proof:.1f} "
                f"megabytes={copy.stat().st_size / 1e6:.0f}"
            )


if __name__ == "__main__":
    main()
