"""Wishes, standing wishes, offers with a time to answer, and score sheets."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES = ("trip_wish", "standing_wish", "trip_offer")


def upgrade() -> None:
    """Make the tables and their walls; every office is open from 8 to 15 until it says another."""
    for column in _of_municipality():
        op.add_column("municipality", column)
    _make_wish()
    _make_standing_wish()
    _make_offer()
    _make_sheet()
    for table in _TABLES:
        walls.municipal(table)
    walls.municipal("turn_sheet", "select, insert")
    walls.append_only("turn_sheet")


def downgrade() -> None:
    """Take it all away again."""
    walls.drop_append_only("turn_sheet")
    op.drop_table("turn_sheet")
    for table in reversed(_TABLES):
        op.drop_table(table)
    for column in reversed(_of_municipality()):
        op.drop_column("municipality", column.name)


def _of_municipality() -> list[sa.Column[Any]]:
    """Return the columns that a municipality gets: fresh ones each time."""
    closes = sa.CheckConstraint(
        "office_closes > office_opens", name=op.f("ck_municipality_office_closes_after_it_opens")
    )
    offer = sa.CheckConstraint(
        "offer_hours between 1 and 80", name=op.f("ck_municipality_offer_hours_within_reason")
    )
    standing = sa.CheckConstraint(
        "standing_hold_hours between 1 and 80",
        name=op.f("ck_municipality_standing_hold_hours_within_reason"),
    )
    return [
        sa.Column("office_opens", sa.Time(), nullable=False, server_default="08:00:00.000000"),
        sa.Column(
            "office_closes", sa.Time(), closes, nullable=False, server_default="15:00:00.000000"
        ),
        sa.Column("offer_hours", sa.SmallInteger(), offer, nullable=False, server_default="8"),
        sa.Column(
            "standing_hold_hours", sa.SmallInteger(), standing, nullable=False, server_default="16"
        ),
    ]


def _owned() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return (
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f(f"pk_{table}"))


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["municipality_id", column],
        [f"{target}.municipality_id", f"{target}.id"],
        name=op.f(f"fk_{table}_municipality_id_{column}"),
    )


def _index(table: str, *columns: str) -> None:
    name = "_".join(("ix", table, "municipality_id", *columns))
    op.create_index(op.f(name), table, ["municipality_id", *columns], unique=False)


def _one(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        ["municipality_id", *columns],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _make_wish() -> None:
    op.create_table(
        "trip_wish",
        *_owned(),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("latest_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("agreed_how", sa.String(length=20), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.Column("close_reason", sa.String(length=20), nullable=True),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state in ('open','waiting','offered','met','withdrawn','unmet')",
            name=op.f("ck_trip_wish_known_state"),
        ),
        sa.CheckConstraint(
            "latest_on >= earliest_on", name=op.f("ck_trip_wish_latest_not_before_earliest")
        ),
        _to("trip_wish", "citizen_id", "citizen"),
        _to("trip_wish", "activity_id", "activity"),
        _to("trip_wish", "occurrence_id", "occurrence"),
        _to("trip_wish", "trip_id", "trip"),
        _key("trip_wish"),
    )
    _index("trip_wish", "citizen_id")
    _index("trip_wish", "state")
    _one(
        "one_place_in_line",
        "trip_wish",
        ["occurrence_id", "citizen_id"],
        "state in ('waiting','offered')",
    )


def _make_standing_wish() -> None:
    op.create_table(
        "standing_wish",
        *_owned(),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("care_worker_id", sa.Uuid(), nullable=True),
        sa.Column("day_part", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("noes", sa.Integer(), nullable=False),
        sa.Column("agreed_how", sa.String(length=20), nullable=False),
        sa.Column("agreed_at", walls.instant(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("last_proposed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "every_weeks between 1 and 26",
            name=op.f("ck_standing_wish_every_weeks_within_reason"),
        ),
        sa.CheckConstraint(
            "day_part in ('any','morning','afternoon','evening')",
            name=op.f("ck_standing_wish_known_part"),
        ),
        sa.CheckConstraint(
            "state in ('active','paused','ended')", name=op.f("ck_standing_wish_known_state")
        ),
        sa.CheckConstraint("noes >= 0", name=op.f("ck_standing_wish_noes_not_negative")),
        _to("standing_wish", "citizen_id", "citizen"),
        _to("standing_wish", "activity_id", "activity"),
        _to("standing_wish", "care_worker_id", "care_worker"),
        _key("standing_wish"),
    )
    _index("standing_wish", "state")
    _one(
        "one_standing_wish",
        "standing_wish",
        ["citizen_id", "activity_id"],
        "state in ('active','paused')",
    )


def _make_offer() -> None:
    op.create_table(
        "trip_offer",
        *_owned(),
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=True),
        sa.Column("standing_wish_id", sa.Uuid(), nullable=True),
        sa.Column("instead_of_id", sa.Uuid(), nullable=True),
        sa.Column("offered_at", walls.instant(), nullable=False),
        sa.Column("answer_by", walls.instant(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", walls.instant(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("score", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "origin in ('waiting','standing','replacement','wish')",
            name=op.f("ck_trip_offer_known_origin"),
        ),
        sa.CheckConstraint(
            "state in ('open','accepted','declined','lapsed','withdrawn')",
            name=op.f("ck_trip_offer_known_state"),
        ),
        _to("trip_offer", "trip_id", "trip"),
        _to("trip_offer", "citizen_id", "citizen"),
        _to("trip_offer", "wish_id", "trip_wish"),
        _to("trip_offer", "standing_wish_id", "standing_wish"),
        _to("trip_offer", "instead_of_id", "trip"),
        _key("trip_offer"),
        sa.UniqueConstraint(
            "municipality_id", "trip_id", name=op.f("uq_trip_offer_municipality_id_trip_id")
        ),
    )
    _index("trip_offer", "state", "answer_by")
    for column in ("citizen_id", "wish_id", "standing_wish_id"):
        _index("trip_offer", column)


def _make_sheet() -> None:
    op.create_table(
        "turn_sheet",
        *_owned(),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", walls.instant(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "reason in ('freed','lapsed','again')", name=op.f("ck_turn_sheet_known_reason")
        ),
        _to("turn_sheet", "occurrence_id", "occurrence"),
        _key("turn_sheet"),
    )
    _index("turn_sheet", "occurrence_id", "drawn_at")
