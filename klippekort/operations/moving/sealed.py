"""How each sealed column is sealed: under whose key, and bound to which place.

An export seals everything anew under a key of its own, since what is sealed here is bound to this
installation's keys and to the municipality's number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary

from klippekort.accounts.queries.telephones import SEALED_AT
from klippekort.operations.moving.tables import exported
from klippekort.platform.keys import KeyRing, Place
from klippekort.platform.telephones import PHONE

OWN_KEY = "wrapped_key"
_CITIZEN, _GROUP = ("citizen", "citizen_id"), ("support_group", "group_id")

Row = Mapping[str, Any]
# Wrapped keys by table and row: whoever a column is sealed for has one.
Wrapped = dict[tuple[str, UUID], bytes]


@dataclass(frozen=True)
class Seal:
    """`owner` names the table that has the key and the column that says whose; without one, or
    where that column is empty, it is the master key. `place` is what the value is bound to, and
    `loose` what it is bound to where nobody owns it.
    """

    place: str
    owner: tuple[str, str] | None = None
    loose: str | None = None
    is_unnumbered: bool = False


def _hers(place: str, loose: str | None = None) -> Seal:
    return Seal(place, _CITIZEN, loose)


def _theirs(place: str) -> Seal:
    return Seal(place, _GROUP)


SEALS = {
    "citizen.person_number_encrypted": Seal("person_number", ("citizen", "id")),
    "citizen.address_encrypted": Seal("address", ("citizen", "id")),
    "citizen.phone_encrypted": Seal("phone", ("citizen", "id")),
    "citizen.point_encrypted": Seal("point", ("citizen", "id")),
    "citizen.escort_note_encrypted": Seal("escort_note", ("citizen", "id")),
    "citizen_contact.name_encrypted": _hers("contact_name"),
    "citizen_contact.phone_encrypted": _hers("contact_phone"),
    "relative.name_encrypted": _hers("relative_name"),
    "relative.phone_encrypted": _hers("relative_phone"),
    "relative.email_encrypted": _hers("relative_email"),
    "relative_proposal.words_encrypted": _hers("proposal_words"),
    "relative_proposal.answer_encrypted": _hers("proposal_answer"),
    "trip_note.text_encrypted": _hers("trip_note"),
    "greeting.text_encrypted": _hers("greeting"),
    "trip_wish.words_sealed": _hers("wish_words"),
    "measure_duty.done_sealed": _hers("duty_done"),
    "course_hand_over.receiver_sealed": _hers("receiver"),
    "course_hand_over.told_sealed": _hers("told"),
    "course_hand_over.fallback_sealed": _hers("fallback"),
    "course_talk.answers_sealed": _hers("talk"),
    "citizen_gift.words_sealed": _hers("gift"),
    "outreach_notice.words_sealed": _hers("outreach_words", loose="words"),
    "outreach_notice.about_sealed": Seal("about"),
    "outreach_notice.teller_sealed": Seal("teller"),
    "feedback.words_encrypted": Seal("words", ("feedback", "id")),
    "feedback.contact_encrypted": Seal("contact", ("feedback", "id")),
    "feedback.answer_encrypted": Seal("answer", ("feedback", "id")),
    "feedback.change_encrypted": Seal("change", ("feedback", "id")),
    "group_member.contact_sealed": _theirs("contact"),
    "group_visit.contact_sealed": _theirs("contact"),
    "group_note.words_sealed": _theirs("words"),
    "group_proposal.words_sealed": _theirs("words"),
    "group_proposal.answer_sealed": _theirs("answer"),
    "group_reply.words_sealed": _theirs("words"),
    "group_change.words_sealed": _theirs("words"),
    "group_interest.contact_sealed": Seal("contact"),
    "association.phone_sealed": Seal(PHONE),
    "association_contact.phone_sealed": Seal(PHONE),
    "volunteer.phone_sealed": Seal(PHONE),
    "volunteer_application.phone_sealed": Seal(PHONE),
    "place.contact_phone_sealed": Seal(PHONE),
    "identity.phone_sealed": Seal(SEALED_AT, is_unnumbered=True),
    "card_key.token_encrypted": Seal("token"),
    "message_delivery.to_sealed": Seal("to"),
    "message_delivery.text_sealed": Seal("text"),
    "message_event.text_sealed": Seal("reply"),
    "rectification.before_sealed": _hers("before"),
    "push_device.reach_sealed": Seal("device"),
    "law_letter.body_sealed": _hers("law_letter"),
    "week_part.pdf_sealed": Seal("pdf"),
    "sign_in_provider.secret_sealed": Seal("sign_in_provider.secret", is_unnumbered=True),
}
# Bytes that were never sealed: pictures, files, and a passkey's public half.
OPEN = {
    "picture.large",
    "picture.small",
    "group_material.content",
    "group_picture.content",
    "passkey.public_key",
    "portrait.content",
    "yearly_report.pdf",
    "yearly_report.workbook",
}


def unknown_columns() -> list[str]:
    """Return the columns of bytes that nobody has said anything about; there must be none."""
    return [
        f"{table.name}.{column.name}"
        for table in exported()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        and column.name != OWN_KEY
        and f"{table.name}.{column.name}" not in {*SEALS, *OPEN}
    ]


def open_value(ring: KeyRing, wrapped: Wrapped, number: int, name: str, row: Row) -> str | None:
    """Return what a sealed value of the row says, or None where its key is gone.

    Raises InvalidTag when it was moved or changed, or stands in another place than is said here.
    """
    seal, value = SEALS[name], row[name.split(".")[1]]
    if value is None:
        return None
    owner = _owner(seal, row)
    if owner is None:
        return ring.unseal_secret(value, _place(seal, number, row, is_loose=True))
    key = wrapped.get(owner)
    if key is None:
        return None
    return ring.decrypt(key, _key_place(number, owner), value, _place(seal, number, row))


def seal_value(
    ring: KeyRing, wrapped: Wrapped, number: int, name: str, row: Row, text: str
) -> bytes:
    """Return `text` sealed for its place in a municipality of this installation."""
    seal = SEALS[name]
    owner = _owner(seal, row)
    if owner is None:
        return ring.seal_secret(text, _place(seal, number, row, is_loose=True))
    return ring.encrypt(wrapped[owner], _key_place(number, owner), text, _place(seal, number, row))


def new_key(ring: KeyRing, number: int, table: str, row_id: UUID) -> bytes:
    """Return a fresh key for the one a row is about."""
    return ring.new_data_key(_key_place(number, (table, row_id)))


def _owner(seal: Seal, row: Row) -> tuple[str, UUID] | None:
    if seal.owner is None:
        return None
    table, column = seal.owner
    return None if row[column] is None else (table, row[column])


def _place(seal: Seal, number: int, row: Row, *, is_loose: bool = False) -> Place:
    named = seal.loose if is_loose and seal.loose else seal.place
    return Place(0 if seal.is_unnumbered else number, row["id"], named)


def _key_place(number: int, owner: tuple[str, UUID]) -> Place:
    return Place(number, owner[1], "key")
