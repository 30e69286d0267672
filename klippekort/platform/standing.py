"""Which tables this program was made for."""

import re

from klippekort.platform.assets import PACKAGE

_MIGRATION = re.compile(r"(\d{4})_\w+\.py")


def newest_migration() -> str:
    """Return the newest migration of this program, by its file: loading Alembic takes too long."""
    files = (PACKAGE / "migrations" / "versions").iterdir()
    return max(found[1] for file in files if (found := _MIGRATION.fullmatch(file.name)))
