"""What the database itself refuses of groups, whoever asks: it keeps their promises."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from klippekort.platform.db import db, write_turn
from klippekort.platform.ids import new_id
from tests.cast import Cast
from tests.integration.groups.arrange import a_group, joined


@pytest.fixture
def groups(app: Flask, cast: Cast) -> dict[str, UUID]:
    """A group of each promise, with somebody in it."""
    found = {
        "named": a_group(cast, "self_help", name="Mandag"),
        "first_name": a_group(cast, "bereavement", name="Tirsdag"),
        "head_count": a_group(cast, "anonymous", name="Onsdag"),
    }
    for group_id in found.values():
        joined(cast, group_id)
    return found


def _sql(statement: str, **values: object) -> None:
    """Run raw SQL in a transaction part of its own, with ids written as this database does."""
    with write_turn(), db.session.begin_nested():
        connection = db.session.connection()
        is_here = connection.dialect.name == "postgresql"
        if is_here:
            connection.execute(text("select set_config('app.municipality', '1', true)"))
        told = {
            name: value if is_here or not isinstance(value, UUID) else value.hex
            for name, value in values.items()
        }
        connection.execute(text(statement), told)


PLACE = (
    "insert into group_member (municipality_id, id, group_id, anonymity, first_name, state,"
    " asked_at, lapses, shares_contact)"
    " values (1, :id, :group, :level, :name, :state, '2026-11-23T08:00:00.000000Z', 0, :shares)"
)


def add(group: UUID, level: str, *, name: str | None = None, state: str = "waiting") -> UUID:
    row = new_id()
    _sql(PLACE, id=row, group=group, level=level, name=name, state=state, shares=False)
    return row


def test_a_place_as_promised_may_be_added(groups: dict[str, UUID]):
    assert add(groups["first_name"], "first_name", name="Ruth")


@pytest.mark.parametrize("level", ["first_name", "head_count"])
def test_no_citizen_is_tied_to_a_group_without_names(
    groups: dict[str, UUID], level: str, cast: Cast
):
    member = add(groups[level], level)
    with pytest.raises(DBAPIError):
        _sql(
            "insert into group_member_citizen"
            " (municipality_id, id, member_id, group_id, anonymity, citizen_id)"
            " values (1, :id, :member, :group, :level, :citizen)",
            id=new_id(),
            member=member,
            group=groups[level],
            level=level,
            citizen=cast.ellen,
        )


@pytest.mark.parametrize("level", ["first_name", "head_count"])
def test_nor_by_pretending_that_it_goes_by_names(groups: dict[str, UUID], level: str, cast: Cast):
    member = add(groups[level], level)
    with pytest.raises(DBAPIError):
        _sql(
            "insert into group_member_citizen"
            " (municipality_id, id, member_id, group_id, anonymity, citizen_id)"
            " values (1, :id, :member, :group, 'named', :citizen)",
            id=new_id(),
            member=member,
            group=groups[level],
            citizen=cast.ellen,
        )


@pytest.mark.parametrize("level", ["first_name", "head_count"])
def test_a_place_cannot_promise_less_than_its_group(groups: dict[str, UUID], level: str):
    with pytest.raises(DBAPIError):
        add(groups[level], "named", name="Ruth")


def test_no_name_stands_in_a_group_that_counts_heads(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        add(groups["head_count"], "head_count", name="Ruth")


def test_nobody_in_a_group_that_counts_heads_has_a_place(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        add(groups["head_count"], "head_count", state="active")


def test_who_left_a_group_of_first_names_has_none(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        add(groups["first_name"], "first_name", name="Ruth", state="left")


def test_how_members_are_reached_is_gone_once_they_are_in(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        _sql(
            "update group_member set contact_sealed = :words"
            " where group_id = :group and state = 'active'",
            words=b"x",
            group=groups["first_name"],
        )


@pytest.mark.parametrize("level", ["first_name", "head_count"])
def test_a_promise_is_never_lowered(groups: dict[str, UUID], level: str):
    with pytest.raises(DBAPIError):
        _sql("update support_group set anonymity = 'named' where id = :group", group=groups[level])


def test_a_promise_is_not_raised_over_what_it_forbids(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        _sql(
            "update support_group set anonymity = 'head_count' where id = :group",
            group=groups["first_name"],
        )


@pytest.mark.parametrize("level", ["named", "first_name"])
def test_heads_are_counted_only_where_that_is_the_promise(groups: dict[str, UUID], level: str):
    with pytest.raises(DBAPIError):
        _sql("update support_group set counted_members = 1 where id = :group", group=groups[level])


def test_attendance_is_told_only_of_groups_by_name(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        _sql(
            "update support_group set reports_attendance = true where id = :group",
            group=groups["first_name"],
        )


def test_grief_has_no_parties(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        _sql(
            "update support_group set celebrates = true where id = :group",
            group=groups["first_name"],
        )


def test_ground_rules_stay_as_they_were_promised(groups: dict[str, UUID]):
    with pytest.raises(DBAPIError):
        _sql("update group_rules set text = 'x'")
