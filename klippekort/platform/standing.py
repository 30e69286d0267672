"""Which tables this program was made for, and whether it finds them."""

import re

from sqlalchemy import String, column, select, table

from klippekort.platform.assets import PACKAGE
from klippekort.platform.away import is_missing
from klippekort.platform.db import db

_version = table("alembic_version", column("version_num", String))
_MIGRATION = re.compile(r"(\d{4})_\w+\.py")


def newest_migration() -> str:
    """Return the newest migration of this program, by its file: loading Alembic takes too long."""
    files = (PACKAGE / "migrations" / "versions").iterdir()
    return max(found[1] for file in files if (found := _MIGRATION.fullmatch(file.name)))


def is_fit(version: str | None) -> bool:
    """Say whether this program works on tables of a version: its own, or a newer program's."""
    return version is not None and version >= newest_migration()


def find_version() -> str | None:
    """Return the migration that the database at hand stands at, or None where there is none."""
    found: str | None = db.session.execute(select(_version.c.version_num)).scalar()
    return found


def lacks_tables(error: BaseException) -> bool:
    """Say whether a statement failed because the tables are older than this program.

    What was begun is given up.
    """
    if not is_missing(error):
        return False
    db.session.rollback()
    try:
        return not is_fit(find_version())
    finally:
        db.session.rollback()
