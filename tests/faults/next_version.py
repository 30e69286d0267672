"""The version of the program that comes next: this one, and a migration more."""

import hashlib
import shutil
from pathlib import Path

from sqlalchemy import inspect, text

from klippekort.config import Settings
from klippekort.platform import migrate
from klippekort.platform.standing import newest_migration
from tests.cluster import SUPERUSER
from tests.faults.machine import ROOT

NEXT = f"{int(newest_migration()) + 1:04}"
WORDS = 20_000
STOPS = ("filled", "done")

# It expands, as docs/deploy.md allows it: columns that are empty or have a default, an index, a
# table; and fills something in, so that there is much to undo. It can be held at two places.
_MIGRATION = f'''"""Expand: a table, three columns and an index more."""

import os
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from klippekort.migrations.walls import municipal, whole_table

revision = "{NEXT}"
down_revision = "{newest_migration()}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pet",
        sa.Column("municipality_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
    )
    municipal("pet")
    op.add_column("citizen", sa.Column("pets", sa.Integer, nullable=False, server_default="0"))
    op.add_column("trip", sa.Column("pet_comes", sa.Boolean, nullable=True))
    op.add_column("login_session", sa.Column("seen_by", sa.String(40), nullable=True))
    op.create_index("pets_of_citizens", "citizen", ["municipality_id", "pets"])
    with whole_table("pet"), whole_table("citizen"):
        pets = sa.table("pet", *(sa.column(name) for name in ("municipality_id", "id", "name")))
        rows = [dict(municipality_id=1, id=n, name=f"Pet {{n}} " * 15) for n in range({WORDS})]
        op.bulk_insert(pets, rows)
        op.execute("update citizen set pets = 1")
        _stop("filled")
    op.execute("delete from pet")
    _stop("done")


def _stop(where: str) -> None:
    if os.environ.get("STOP_AT") == where:
        Path(os.environ["SAYS_SO_IN"]).touch()
        time.sleep(60)
'''  # noqa: S608


def make_next_version(folder: Path) -> Path:
    """Return a folder that holds the next version, to be put in PYTHONPATH."""
    kept = shutil.ignore_patterns(".mypy_cache")
    shutil.copytree(ROOT / "klippekort", folder / "klippekort", ignore=kept)
    for name in ("static", "templates"):
        (folder / name).symlink_to(ROOT / name)
    versions = folder / "klippekort" / "migrations" / "versions"
    (versions / f"{NEXT}_pets.py").write_text(_MIGRATION)
    return folder


def held(settings: Settings) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return a checksum of the rows of each table, and the names of its columns."""
    owner = settings.owner_database_url.replace("klippekort_owner@", f"{SUPERUSER}@")
    engine = migrate.owner_engine(owner)
    sums, columns = {}, {}
    inspector = inspect(engine)
    with engine.connect() as connection:
        for table in inspector.get_table_names():
            columns[table] = [column["name"] for column in inspector.get_columns(table)]
            rows = connection.execute(text(f'select * from "{table}"'))  # noqa: S608
            said = sorted(repr(tuple(row)) for row in rows)
            sums[table] = hashlib.sha256("\n".join(said).encode()).hexdigest()
    engine.dispose()
    return sums, columns
