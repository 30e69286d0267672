"""Places of their own, dated rules for when things are held, and the life of an activity."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls
from klippekort.platform.ids import new_id

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OLD_PLACE = ("place", "address", "postcode", "town", "latitude", "longitude", "access")
_OLD_TIMING = (
    "capacity",
    "wheelchair_places",
    "repeats",
    "first_on",
    "last_on",
    "starts",
    "ends",
)


def upgrade() -> None:
    """Make the tables, and move what an activity said of its place and its rule into them."""
    _place("place")
    _place_closure()
    for table in ("place", "place_closure"):
        walls.municipal(table)
    _add_to_activity()
    _timing()
    _picture()
    for table in ("timing", "picture"):
        walls.municipal(table)
    if walls.is_postgresql():
        _widen_occurrence()
    else:
        _remake("occurrence", _occurrence, _OCCURRENCE_KEPT)
        _index_occurrence()
    with (
        walls.whole_table("activity"),
        walls.whole_table("occurrence"),
        walls.whole_table("place"),
        walls.whole_table("timing"),
    ):
        _move()
    _drop_from_activity()


def downgrade() -> None:
    """Move the first rule and its place back; what only the new house can say is forgotten."""
    for column in _old_columns():
        op.add_column("activity", column)
    with (
        walls.whole_table("activity"),
        walls.whole_table("place"),
        walls.whole_table("timing"),
    ):
        _move_back()
    if walls.is_postgresql():
        _narrow_occurrence()
        _narrow_activity()
    else:
        _remake("occurrence", _old_occurrence, _OCCURRENCE_KEPT)
        op.create_index(_BY_TIME, "occurrence", ["municipality_id", "starts_at"])
        _remake("activity", _old_activity, _ACTIVITY_KEPT + _OLD_PLACE + _OLD_TIMING)
        op.create_index(_BY_STATE, "activity", ["municipality_id", "state"])
    for table in ("picture", "timing", "place_closure", "place"):
        op.drop_table(table)


_BY_TIME = "ix_occurrence_municipality_id_starts_at"
_BY_PLACE = "ix_occurrence_municipality_id_place_id_starts_at"
_BY_STATE = "ix_activity_municipality_id_state"
_OCCURRENCE_KEPT = (
    "municipality_id",
    "id",
    "activity_id",
    "original_start",
    "starts_at",
    "ends_at",
    "capacity",
    "wheelchair_places",
    "seats_taken",
    "wheelchairs_taken",
    "cancelled_at",
    "cancelled_reason",
)
_ACTIVITY_KEPT = (
    "municipality_id",
    "id",
    "title",
    "kind",
    "description",
    "host_id",
    "association_id",
    "price_oere",
    "helper_price_oere",
    "state",
    "declined_reason",
    "proposed_at",
    "decided_at",
    "decided_by",
)
_STATES = "state in ('proposed','approved','published','declined','cancelled','ended')"
_PROPOSERS = "proposed_by in ('volunteer','association','citizen','coordinator')"
_INSURANCE = "insurance_class in ('unsaid','none','volunteer_effort','volunteer_work','paid')"


def _keys(table: str) -> list[Any]:
    return [
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f(f"pk_{table}")),
    ]


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["municipality_id", column],
        [f"{other}.municipality_id", f"{other}.id"],
        name=op.f(f"fk_{table}_municipality_id_{column}"),
    )


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _of_municipality(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["municipality_id"], ["municipality.id"], name=op.f(f"fk_{table}_municipality_id")
    )


def _place(table: str) -> None:
    op.create_table(
        table,
        *_keys(table),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("town", sa.String(length=60), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("access", sa.JSON(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=True),
        sa.Column("room_capacity", sa.Integer(), nullable=True),
        sa.Column("parking", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=True),
        sa.Column("is_closed_on_holidays", sa.Boolean(), nullable=False),
        sa.Column("archived_at", walls.instant(), nullable=True),
        _check(table, "point_is_whole", "(latitude is null) = (longitude is null)"),
        _check(table, "room_is_real", "wheelchair_places >= 0 and room_capacity > 0"),
        _of_municipality(table),
    )
    op.create_index(f"ix_{table}_municipality_id_name", table, ["municipality_id", "name"])


def _place_closure() -> None:
    op.create_table(
        "place_closure",
        *_keys("place_closure"),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        _check("place_closure", "ends_after_it_begins", "until_on >= from_on"),
        _points_to("place_closure", "place_id", "place"),
    )
    name = "ix_place_closure_municipality_id_place_id"
    op.create_index(name, "place_closure", ["municipality_id", "place_id"])


def _timing() -> None:
    rules = "repeats in ('once','weekly','monthly_day','monthly_weekday')"
    op.create_table(
        "timing",
        *_keys("timing"),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("repeats", sa.String(length=20), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("on_holidays", sa.String(length=10), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        _check("timing", "known_rule", rules),
        _check("timing", "every_within_reason", "every between 1 and 52"),
        _check("timing", "nth_within_month", "nth in (-1,1,2,3,4)"),
        _check("timing", "known_holidays", "on_holidays in ('held','skipped')"),
        _check("timing", "capacity_above_zero", "capacity > 0"),
        _check("timing", "wheelchairs_within_capacity", "wheelchair_places between 0 and capacity"),
        _points_to("timing", "activity_id", "activity"),
        _points_to("timing", "place_id", "place"),
        sa.UniqueConstraint(
            "municipality_id",
            "activity_id",
            "from_on",
            name=op.f("uq_timing_municipality_id_activity_id_from_on"),
        ),
    )


def _picture() -> None:
    op.create_table(
        "picture",
        *_keys("picture"),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", walls.instant(), nullable=False),
        _points_to("picture", "activity_id", "activity"),
        sa.UniqueConstraint(
            "municipality_id", "activity_id", name=op.f("uq_picture_municipality_id_activity_id")
        ),
    )


def _new_of_activity() -> list[sa.Column[Any]]:
    def text(name: str, length: int, default: str = "") -> sa.Column[Any]:
        return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)

    return [
        text("proposed_by", 20, "coordinator"),
        sa.Column("proposer_id", sa.Uuid(), nullable=True),
        text("language", 8, "da"),
        text("bring", 200),
        sa.Column("online_url", sa.String(length=300), nullable=True),
        sa.Column("smallest", sa.Integer(), nullable=True),
        sa.Column("sign_up_hours", sa.Integer(), nullable=False, server_default="0"),
        text("insurance_class", 20, "unsaid"),
        text("picture_text", 200),
        sa.Column("confirm_by", sa.Date(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended_on", sa.Date(), nullable=True),
    ]


_NEW_OF_ACTIVITY = (
    "proposed_by",
    "proposer_id",
    "language",
    "bring",
    "online_url",
    "smallest",
    "sign_up_hours",
    "insurance_class",
    "picture_text",
    "confirm_by",
    "remarks",
    "ended_on",
)


def _checks_of_activity(table: str) -> list[sa.CheckConstraint]:
    return [
        _check(table, "smallest_above_zero", "smallest > 0"),
        _check(table, "sign_up_within_a_month", "sign_up_hours between 0 and 720"),
        _check(table, "known_state", _STATES),
        _check(table, "known_proposer", _PROPOSERS),
        _check(table, "known_insurance", _INSURANCE),
    ]


def _add_to_activity() -> None:
    for column in _new_of_activity():
        op.add_column("activity", column)


def _add_checks(checks: list[sa.CheckConstraint]) -> None:
    for check in checks:
        op.create_check_constraint(op.f(str(check.name)), "activity", str(check.sqltext))


def _drop_from_activity() -> None:
    """Take the old columns away; SQLite makes the table anew for that."""
    if not walls.is_postgresql():
        _remake("activity", _activity, _ACTIVITY_KEPT + _NEW_OF_ACTIVITY)
        op.create_index(_BY_STATE, "activity", ["municipality_id", "state"])
        return
    for name in _OLD_PLACE + _OLD_TIMING:
        op.drop_column("activity", name)
    _add_checks(_checks_of_activity("activity"))


def _kept_of_activity(table: str) -> list[Any]:
    return [
        *_keys(table),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("association_id", sa.Uuid(), nullable=True),
        sa.Column("price_oere", sa.Integer(), nullable=False),
        sa.Column("helper_price_oere", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("declined_reason", sa.String(length=40), nullable=True),
        sa.Column("proposed_at", walls.instant(), nullable=False),
        sa.Column("decided_at", walls.instant(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        _check(table, "price_not_negative", "price_oere >= 0 and helper_price_oere >= 0"),
        _of_municipality(table),
        _points_to(table, "host_id", "volunteer"),
        _points_to(table, "association_id", "association"),
    ]


def _activity(name: str) -> None:
    op.create_table(
        name,
        *_kept_of_activity("activity"),
        *_new_of_activity(),
        *_checks_of_activity("activity"),
    )


def _old_columns() -> list[sa.Column[Any]]:
    # The second of the two holds the rule for both, as the migration that takes it away expects.
    whole = _check("activity", "point_is_whole", "(latitude is null) = (longitude is null)")
    return [
        sa.Column("place", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("address", sa.String(length=160), nullable=False, server_default=""),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("town", sa.String(length=60), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), whole, nullable=True),
        sa.Column("access", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("capacity", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("repeats", sa.String(length=10), nullable=False, server_default="once"),
        sa.Column("first_on", sa.Date(), nullable=False, server_default="2000-01-01"),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False, server_default="00:00:00"),
        sa.Column("ends", sa.Time(), nullable=False, server_default="00:01:00"),
    ]


def _old_checks() -> list[sa.CheckConstraint]:
    table = "activity"
    return [
        _check(table, "capacity_above_zero", "capacity > 0"),
        _check(table, "wheelchairs_within_capacity", "wheelchair_places between 0 and capacity"),
    ]


def _old_activity(name: str) -> None:
    op.create_table(name, *_kept_of_activity("activity"), *_old_columns(), *_old_checks())


def _narrow_activity() -> None:
    for check in _checks_of_activity("activity"):
        op.drop_constraint(op.f(str(check.name)), "activity")
    for name in _NEW_OF_ACTIVITY:
        op.drop_column("activity", name)
    _add_checks(_old_checks())


def _new_of_occurrence() -> list[sa.Column[Any]]:
    return [
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("changed_at", walls.instant(), nullable=True),
    ]


def _widen_occurrence() -> None:
    for column in _new_of_occurrence():
        op.add_column("occurrence", column)
    op.create_foreign_key(
        op.f("fk_occurrence_municipality_id_place_id"),
        "occurrence",
        "place",
        ["municipality_id", "place_id"],
        ["municipality_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_occurrence_sequence_not_negative"), "occurrence", "sequence >= 0"
    )
    op.create_index(_BY_PLACE, "occurrence", ["municipality_id", "place_id", "starts_at"])


def _narrow_occurrence() -> None:
    op.drop_index(_BY_PLACE, table_name="occurrence")
    for name in ("place_id", "note", "sequence", "changed_at"):
        op.drop_column("occurrence", name)


def _kept_of_occurrence(table: str) -> list[Any]:
    seats, wheelchairs = "never_oversold", "wheelchairs_never_oversold"
    return [
        *_keys(table),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("original_start", sa.String(length=16), nullable=False),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("wheelchairs_taken", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", walls.instant(), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=40), nullable=True),
        _check(table, "ends_after_it_starts", "ends_at > starts_at"),
        _check(table, seats, "seats_taken between 0 and capacity"),
        _check(table, wheelchairs, "wheelchairs_taken between 0 and wheelchair_places"),
        _points_to(table, "activity_id", "activity"),
        sa.UniqueConstraint(
            "municipality_id",
            "activity_id",
            "original_start",
            name=op.f("uq_occurrence_municipality_id_activity_id_original_start"),
        ),
    ]


def _occurrence(name: str) -> None:
    op.create_table(
        name,
        *_kept_of_occurrence("occurrence"),
        *_new_of_occurrence(),
        _check("occurrence", "sequence_not_negative", "sequence >= 0"),
        _points_to("occurrence", "place_id", "place"),
    )


def _old_occurrence(name: str) -> None:
    op.create_table(name, *_kept_of_occurrence("occurrence"))


def _index_occurrence() -> None:
    op.create_index(_BY_TIME, "occurrence", ["municipality_id", "starts_at"])
    op.create_index(_BY_PLACE, "occurrence", ["municipality_id", "place_id", "starts_at"])


def _remake(table: str, make: Any, columns: tuple[str, ...]) -> None:
    """Put a table of another shape in a table's place; what points to it by name stays."""
    spare, listed = f"{table}_remade", ", ".join(columns)
    make(spare)
    op.execute(f"insert into {spare} ({listed}) select {listed} from {table}")
    op.drop_table(table)
    op.rename_table(spare, table)


def _move() -> None:
    """Make a place of each one named, and a timing of each activity; dates get the place."""
    bind = op.get_bind()
    places: dict[tuple[Any, ...], str] = {}
    found = "municipality_id, id, first_on, repeats, starts, ends, last_on, capacity"
    named = "place, address, postcode, town, latitude, longitude, access"
    rows = bind.execute(
        sa.text(f"select {found}, wheelchair_places, {named} from activity")
    ).mappings()
    for row in rows.all():
        access = row["access"] if isinstance(row["access"], str) else json.dumps(row["access"])
        where = tuple(row[name] for name in ("municipality_id", *_OLD_PLACE[:4]))
        if where not in places:
            places[where] = _new_id()
            _insert_place(bind, places[where], row, access)
        _insert_timing(bind, row, places[where])
    bind.execute(
        sa.text(
            "update occurrence set place_id = (select timing.place_id from timing "
            "where timing.municipality_id = occurrence.municipality_id "
            "and timing.activity_id = occurrence.activity_id)"
        )
    )
    bind.execute(sa.text("update activity set state = 'published' where state = 'approved'"))
    bind.execute(
        sa.text(
            "update activity set proposed_by = 'volunteer', proposer_id = host_id "
            "where host_id is not null"
        )
    )


def _new_id() -> str:
    made = new_id()
    return str(made) if walls.is_postgresql() else made.hex


def _json(value: str) -> Any:
    return f"cast(:{value} as json)" if walls.is_postgresql() else f":{value}"


def _insert_place(bind: sa.Connection, place_id: str, row: Any, access: str) -> None:
    bind.execute(
        sa.text(
            "insert into place (municipality_id, id, name, address, postcode, town, latitude, "
            "longitude, access, parking, contact_name, is_closed_on_holidays) values "
            "(:municipality_id, :place_id, :place, :address, :postcode, :town, :latitude, "
            f":longitude, {_json('access')}, '', '', false)"
        ),
        {**row, "place_id": place_id, "access": access},
    )


def _insert_timing(bind: sa.Connection, row: Any, place_id: str) -> None:
    first_on = row["first_on"]
    day = datetime.fromisoformat(str(first_on)).replace(tzinfo=UTC)
    weekdays = json.dumps([day.weekday()] if row["repeats"] == "weekly" else [])
    bind.execute(
        sa.text(
            "insert into timing (municipality_id, id, activity_id, from_on, repeats, every, "
            "weekdays, starts, ends, last_on, on_holidays, skipped, capacity, wheelchair_places, "
            "place_id) values (:municipality_id, :timing_id, :id, :first_on, :repeats, 1, "
            f"{_json('weekdays')}, :starts, :ends, :last_on, 'held', {_json('skipped')}, "
            ":capacity, :wheelchair_places, :place_id)"
        ),
        {
            **row,
            "timing_id": _new_id(),
            "place_id": place_id,
            "weekdays": weekdays,
            "skipped": "[]",
        },
    )


def _move_back() -> None:
    bind = op.get_bind()
    weekly = "case when repeats = 'once' then 'once' else 'weekly' end"
    timing = (
        "from timing where timing.municipality_id = activity.municipality_id "
        "and timing.activity_id = activity.id order by timing.from_on limit 1"
    )
    copied = {name: name for name in _OLD_TIMING} | {"first_on": "from_on", "repeats": weekly}
    for name, source in copied.items():
        bind.execute(sa.text(f"update activity set {name} = (select {source} {timing})"))
    placed = (
        "from timing join place on place.municipality_id = timing.municipality_id "
        "and place.id = timing.place_id where timing.municipality_id = activity.municipality_id "
        "and timing.activity_id = activity.id order by timing.from_on limit 1"
    )
    for name in _OLD_PLACE:
        source = "name" if name == "place" else name
        empty = {"place": "''", "address": "''", "access": "'[]'"}.get(name)
        value = f"(select place.{source} {placed})"
        value = f"coalesce({value}, {empty})" if empty else value
        bind.execute(sa.text(f"update activity set {name} = {value}"))
    undone = "case when state in ('published', 'ended', 'cancelled') then 'approved' else state end"
    bind.execute(sa.text(f"update activity set state = {undone}"))
