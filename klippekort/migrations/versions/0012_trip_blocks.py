"""Trips as blocks with stops: several citizens, several helpers, places of one's own choice."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns; a trip of before is one citizen with one helper, half the way each way."""
    for column in _of_trip():
        op.add_column("trip", column)
    for column in _of_rider():
        op.add_column("trip_rider", column)
    with walls.whole_table("trip"), walls.whole_table("trip_rider"):
        op.execute("update trip set out_minutes = travel_minutes / 2")
        op.execute(
            "update trip_rider set state = (select trip.state from trip where "
            "trip.municipality_id = trip_rider.municipality_id and trip.id = trip_rider.trip_id)"
        )
    _let_card_be_missing(True)
    op.create_index(_HELD, "trip", ["municipality_id", "state", "held_until"], unique=False)


def downgrade() -> None:
    """Take it all away again; whoever went their own way had no card to pay with."""
    op.drop_index(_HELD, table_name="trip")
    with walls.whole_table("trip_rider"):
        op.execute("delete from trip_rider where card_id is null")
    _let_card_be_missing(False)
    for column in _of_rider():
        op.drop_column("trip_rider", column.name)
    for column in reversed(_of_trip()):
        op.drop_column("trip", column.name)


_HELD = "ix_trip_municipality_id_state_held_until"


def _of_trip() -> list[sa.Column[Any]]:
    """Return the columns that a trip gets: fresh ones each time, for a column has one table."""
    within = sa.CheckConstraint(
        "out_minutes between 0 and travel_minutes", name=op.f("ck_trip_out_within_travel")
    )
    wanted = sa.CheckConstraint(
        "escorts_wanted between 0 and 4", name=op.f("ck_trip_escorts_wanted_within_reason")
    )
    return [
        sa.Column("address", sa.String(length=160), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("company", sa.String(length=12), nullable=False, server_default="escort"),
        sa.Column("out_minutes", sa.Integer(), within, nullable=False, server_default="0"),
        sa.Column("escorts_wanted", sa.SmallInteger(), wanted, nullable=False, server_default="1"),
        sa.Column("escort_by", walls.instant(), nullable=True),
        sa.Column("held_until", walls.instant(), nullable=True),
        sa.Column("paused_at", walls.instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ]


def _of_rider() -> list[sa.Column[Any]]:
    return [
        sa.Column("state", sa.String(length=20), nullable=False, server_default="booked"),
        sa.Column("joint_agreed_how", sa.String(length=20), nullable=True),
        sa.Column("joint_agreed_at", walls.instant(), nullable=True),
    ]


def _let_card_be_missing(may_be: bool) -> None:
    """Let a seat on one's own way be paid by no card; SQLite makes the table anew for that."""
    if walls.is_postgresql():
        op.alter_column("trip_rider", "card_id", existing_type=sa.Uuid(), nullable=may_be)
        return
    with op.batch_alter_table("trip_rider", recreate="always") as table:
        table.alter_column("card_id", existing_type=sa.Uuid(), nullable=may_be)
    walls.one_place_at_a_time("trip_rider", "citizen_id")
