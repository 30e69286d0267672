"""What changes when a municipality comes to other keys, or to people who are known here already."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from klippekort.accounts.queries.telephones import phone_index
from klippekort.operations.moving.tables import exported
from klippekort.platform.ids import new_id
from klippekort.platform.keys import KeyRing

# Tables whose rows may be fewer here than in the export, and why.
MAY_DIFFER = {
    "genuine_statement": "its printed code is looked up by a key of the installation",
    "reply_slip": "its printed code is looked up by a key of the installation",
    "audit_seal": "a seal names the municipality's number; the record is sealed anew here",
    "audit_anchor": "an anchor is signed by the keys of its installation",
    "role_assignment": "somebody may have that role here already",
}
_OF_ITS_HOUSE = ("genuine_statement", "reply_slip", "audit_seal", "audit_anchor")
# One-time passwords are sealed, and recovery codes indexed, by the keys they were set up with.
_SEALED_SECRETS = ("totp", "totp_new")


def unknown_columns(tables: Collection[str]) -> set[str]:
    """Return the tables of an export that are not known here."""
    return set(tables) - {table.name for table in exported()}


def found_again(
    table: str, row: dict[str, Any], opened: dict[str, str], ring: KeyRing, number: int
) -> dict[str, Any]:
    """Return the row with the keyed fingerprints that people are found by, made with these keys."""
    if table == "citizen" and "person_number_encrypted" in opened:
        said = opened["person_number_encrypted"]
        row["person_number_index"] = ring.blind_index(number, said)
    if table == "identity" and "phone_sealed" in opened:
        row["subject"] = phone_index(ring, opened["phone_sealed"])
    if table == "message_delivery" and row.get("to_index") and "to_sealed" in opened:
        address = json.loads(opened["to_sealed"])
        row["to_index"] = ring.blind_index(number, f"message|{address[0]}") if address else None
    return row


def without_old_proofs(table: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the rows that still mean something under other keys or another number."""
    for row in rows:
        if table in _OF_ITS_HOUSE:
            continue
        if table == "recovery_code":
            continue
        if table == "credential" and row["kind"] in _SEALED_SECRETS:
            continue
        yield row


class People:
    """Who is here already, so that nobody comes twice.

    Somebody who logs in here by the same name at the same provider goes on doing so, and gets the
    role; what they did elsewhere stays under the account it was done with.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._here: set[UUID] = set()
        self._same: dict[UUID, UUID] = {}

    def new(self, table: Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Give the rows of log-ins and roles that are not here yet."""
        for row in rows:
            if table.name == "account":
                if self._has(table, id=row["id"]):
                    self._here.add(row["id"])
                else:
                    yield row
            elif table.name == "role_assignment":
                yield from self._role(table, row)
            elif row["account_id"] not in self._here and not self._is_taken(table, row):
                yield row

    def _role(self, table: Table, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        account_id = self._same.get(row["account_id"], row["account_id"])
        row_id = new_id() if self._has(table, id=row["id"]) else row["id"]
        known = ("municipality_id", "role")
        if not self._has(table, account_id=account_id, **{name: row[name] for name in known}):
            yield {**row, "id": row_id, "account_id": account_id}

    def _is_taken(self, table: Table, row: dict[str, Any]) -> bool:
        if table.name == "identity":
            names = [table.c[name] == row[name] for name in ("issuer", "subject")]
            found = self._connection.scalar(select(table.c.account_id).where(*names))
            if found is not None:
                self._same[row["account_id"]] = found
                return True
        if table.name == "passkey":
            return self._has(table, credential=row["credential"])
        return self._has(table, id=row["id"])

    def _has(self, table: Table, **values: Any) -> bool:
        conditions = [table.c[name] == value for name, value in values.items()]
        return self._connection.scalar(select(table.c.id).where(*conditions).limit(1)) is not None
