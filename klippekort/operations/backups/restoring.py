"""Put everything back from a backup, into a database that has nothing in it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from klippekort.config import Settings
from klippekort.operations.backups import server
from klippekort.operations.backups.archive import Manifest, NotABackup, read, unpack
from klippekort.operations.backups.taking import fingerprint
from klippekort.operations.startup import Trouble, newest_migration
from klippekort.platform import migrate
from klippekort.platform.audit_heads import forget_heads
from klippekort.platform.private import private_folder


def restore(settings: Settings, file: Path) -> Manifest:
    """Put back what the backup holds, and return what it says about itself.

    Nothing is changed before all of it is known to be whole: the file, its keys, its kind of
    database, and that nothing would be written over. Raises NotABackup, Trouble.
    """
    manifest = read(file)
    _check(settings, manifest)
    private_folder(settings.data_folder)
    with TemporaryDirectory(dir=settings.data_folder, prefix=".") as name:
        copy = unpack(file, manifest, Path(name))
        if settings.is_embedded:
            _put_file(copy, _database_file(settings))
        else:
            server.put_back(copy, settings.owner_database_url)
    forget_heads(settings.data_folder)
    return manifest


def _check(settings: Settings, manifest: Manifest) -> None:
    kind = "sqlite" if settings.is_embedded else "postgresql"
    if manifest.database != kind:
        raise Trouble(f"The backup is of {manifest.database}, and the settings name {kind}.")
    if manifest.migration > newest_migration():
        raise Trouble("The backup belongs to a newer Klippekort; restore it with that one.")
    if not settings.key_file.exists():
        raise Trouble(f"{settings.key_file} is missing: put the backup's keys there first.")
    if fingerprint(settings.key_file) != manifest.keys:
        raise Trouble(f"{settings.key_file} does not hold the keys of this backup.")
    if not _is_empty(settings):
        raise Trouble("There is something in the database already; restore into an empty one.")


def _database_file(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


def _is_empty(settings: Settings) -> bool:
    if settings.is_embedded:
        return not _database_file(settings).exists()
    engine = migrate.owner_engine(settings.owner_database_url)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _put_file(copy: Path, target: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        found = connection.execute("pragma integrity_check").fetchone()[0]
    if found != "ok":
        raise NotABackup(f"The database in the backup is damaged: {found}.")
    copy.chmod(0o600)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.link(copy, target)  # unlike a rename, it never takes the place of a file that came meanwhile
