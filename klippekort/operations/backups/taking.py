"""Take a copy of everything while the program goes on working."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from klippekort import __version__
from klippekort.config import Settings
from klippekort.operations.backups import server
from klippekort.operations.backups.archive import FORMAT, Manifest, digest_of, name_at, pack
from klippekort.operations.startup import newest_migration
from klippekort.platform.keys import KeyRing


def back_up(settings: Settings, backup_url: str, folder: Path, *, now: datetime) -> Path:
    """Return the file that a copy of the whole database was written to. `now` is UTC.

    `backup_url` is a role of a server's database that may read every row. SQLite is copied by its
    own online copy: a plain copy of the file would lack what still waits in its log. The database
    must be current. Raises Trouble.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name_at(now)
    with TemporaryDirectory(dir=folder, prefix=".") as name:
        copy = Path(name) / "copy"
        if settings.is_embedded:
            _copy_file(Path(make_url(settings.database_url).database or ""), copy)
        else:
            server.dump(backup_url, copy)
        manifest = Manifest(
            format=FORMAT,
            program=__version__,
            migration=newest_migration(),
            database="sqlite" if settings.is_embedded else "postgresql",
            made_at=now.isoformat(),
            keys=fingerprint(settings.key_file),
            sha256=digest_of(copy),
        )
        pack(manifest, copy, target)
    return target


def fingerprint(key_file: Path) -> str:
    """Return what tells one set of keys from another, and nothing else about them."""
    return KeyRing.load_or_make(key_file).blind_index(0, "backup")


def _copy_file(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)
