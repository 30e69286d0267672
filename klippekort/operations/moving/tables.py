"""Which rows are a municipality's: found from the models, so that no table can be forgotten."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select, union

from klippekort.platform.db import db

HOME = "municipality"
# Rows of people who have a role in the municipality; a person may have roles in several.
PEOPLE = {
    "account": "id",
    "identity": "account_id",
    "credential": "account_id",
    "passkey": "account_id",
    "recovery_code": "account_id",
}
# What stays behind, and why.
LEFT_OUT = {
    "login_session": "whoever is logged in logs in again",
    "sign_in_step": "what waits between two pages of a log-in ends within minutes",
    "group_post": "a message on a group's board is gone after 14 days, and is nobody else's",
    "worker_beat": "belongs to the house, not to a municipality",
    "pace_count": "belongs to the house, and is gone after two minutes",
    "house_event": "belongs to the house: it says what was exported and deleted",
}


def of_municipality() -> list[Table]:
    """Return the tables whose rows name their municipality, those that are pointed at first."""
    return [
        table
        for table in db.metadata.sorted_tables
        if "municipality_id" in table.c and table.name not in LEFT_OUT
    ]


def of_people() -> list[Table]:
    """Return the tables of log-ins that there are, accounts first."""
    return [db.metadata.tables[name] for name in PEOPLE if name in db.metadata.tables]


def exported() -> list[Table]:
    """Return every table of an export in the order its rows can be put back."""
    home = db.metadata.tables[HOME]
    return [home, *of_people(), *of_municipality()]


def forgotten() -> list[str]:
    """Return the tables that nobody has said anything about; there must be none."""
    known = {table.name for table in exported()} | set(LEFT_OUT)
    return sorted(set(db.metadata.tables) - known)


def rows_of(table: Table, number: int) -> Select[tuple[Any, ...]]:
    """Return the statement for a municipality's rows of a table, in a fixed order."""
    return select(table).where(mine(table, number)).order_by(*in_order(table))


def in_order(table: Table) -> Sequence[ColumnElement[Any]]:
    """Return what a table's rows are ordered by: a ledger as it grew, all else by its key."""
    if "seq" in table.c and "card_id" in table.c:
        return [table.c.card_id, table.c.seq]
    return list(table.primary_key.columns)


def mine(table: Table, number: int) -> ColumnElement[bool]:
    """Return the condition that a row is the municipality's, or of its people."""
    if table.name == HOME:
        return table.c.id == number
    if table.name == "account":
        return table.c.id.in_(_known_accounts(number))
    if table.name in PEOPLE:
        return table.c[PEOPLE[table.name]].in_(with_role(number))
    return table.c.municipality_id == number


def with_role(number: int) -> Select[tuple[Any]]:
    """Return the accounts that have a role in the municipality: their log-ins go with it."""
    role = db.metadata.tables["role_assignment"]
    return select(role.c.account_id).where(role.c.municipality_id == number)


def _known_accounts(number: int) -> Select[tuple[Any]]:
    """Return the accounts that the municipality's rows name: also of those who have left."""
    found = [
        select(table.c.account_id).where(table.c.municipality_id == number)
        for table in of_municipality()
        if "account_id" in table.c
    ]
    return select(union(*found).subquery().c.account_id)
