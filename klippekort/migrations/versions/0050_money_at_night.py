"""What was spent, added up at night, so that the pages of money do not read the whole ledger."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_TABLES = ("spent_day", "outing_month", "spent_kept")


def upgrade() -> None:
    """Make the tables and their walls."""
    for make in (_day, _month, _kept):
        make()
    for table in _TABLES:
        walls.municipal(table)


def downgrade() -> None:
    """Take them away; the pages read the ledger again."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _sums() -> list[sa.Column[int]]:
    return [
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("oere", sa.BigInteger(), nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
    ]


def _day() -> None:
    table = "spent_day"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        *_sums(),
        tables.check(table, "something_was_spent", "minutes > 0"),
        tables.points_to(table, "scheme_id", "scheme"),
        tables.points_to(table, "district_id", "district"),
        tables.points_to(table, "supplier_id", "supplier"),
    )
    tables.index(table, "on_day")


def _month() -> None:
    table = "outing_month"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("outings", sa.Integer(), nullable=False),
        *_sums(),
        tables.check(table, "sums_not_negative", "outings >= 0 and minutes >= 0"),
        tables.points_to(table, "scheme_id", "scheme"),
        tables.points_to(table, "activity_id", "activity"),
    )
    tables.index(table, "month")


def _kept() -> None:
    table = "spent_kept"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("counted_at", walls.instant(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        tables.check(table, "kept_ends_after_it_begins", "until_on > first_on"),
        tables.unique(table),
        tables.of_municipality(table),
    )
