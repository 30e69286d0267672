"""The parts that a migration makes tables of, named as the models name them.

`municipality_id` is the first column of every key and link, so it is never said by the caller.
Everything here is frozen in time: a change of it would change migrations that have been run.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op


def keys(table: str) -> list[Any]:
    """Return the columns and the primary key of a table that belongs to one municipality."""
    return [
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f(f"pk_{table}")),
    ]


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Return a rule that every row must keep."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Return a link to a row of the same municipality."""
    return sa.ForeignKeyConstraint(
        ["municipality_id", column],
        [f"{other}.municipality_id", f"{other}.id"],
        name=op.f(f"fk_{table}_municipality_id_{column}"),
    )


def of_municipality(table: str) -> sa.ForeignKeyConstraint:
    """Return the link to the municipality that owns the rows."""
    return sa.ForeignKeyConstraint(
        ["municipality_id"], ["municipality.id"], name=op.f(f"fk_{table}_municipality_id")
    )


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return what no two rows of a municipality may share."""
    named = ("municipality_id", *columns)
    return sa.UniqueConstraint(*named, name=op.f(f"uq_{table}_{'_'.join(named)}"))


def index(table: str, *columns: str) -> None:
    """Make an index on these columns within a municipality."""
    named = ["municipality_id", *columns]
    op.create_index(op.f(f"ix_{table}_{'_'.join(named)}"), table, named, unique=False)
