"""How relatives are reached, and which of a citizen's messages they are told too."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import list_citizens
from klippekort.domain.messages.channels import Address
from klippekort.domain.proxies import Purpose
from klippekort.messages.models import MessageDelivery, OutboxMessage
from klippekort.messages.queries import (
    RELATIVE,
    AlsoTold,
    Copy,
    Reachable,
    ReachFor,
    Recipient,
    StillHolds,
    find_message,
)
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.relatives.models import Relative
from klippekort.relatives.queries.coming import coming
from klippekort.relatives.queries.proxies import standings
from klippekort.relatives.queries.relatives import kin_in, languages_of

# What a citizen is told, and the words a relative is told it in.
OFFER = "trip_offer"
COPIES = {
    "trip_reminder": "relative_reminder",
    OFFER: "relative_offer",
    "trip_cancelled": "relative_cancelled",
    "trip_family_day": "relative_cancelled",
    "trip_on_again": "relative_on_again",
    "escort_found": "relative_escort",
    "escort_changed": "relative_escort",
    "escort_on_way": "relative_on_way",
    "lapse_warning": "relative_lapse",
    "lapse_warning_first": "relative_lapse",
}
TOLD = frozenset({Purpose.MESSAGES})
# Whoever is asked must be able to answer.
ASKED = frozenset({Purpose.MESSAGES, Purpose.BOOK})


def how_reached(question: ReachFor) -> list[Reachable]:
    """Return how the relatives among these people are reached: those who are let in, and may do
    anything today.
    """
    ids = question.ids(RELATIVE)
    if not ids:
        return []
    found = select(Relative).where(Relative.id.in_(ids), Relative.account_id.is_not(None))
    rows = db.session.scalars(found.order_by(Relative.id)).all()
    people = {one.id: one for one in list_citizens({row.citizen_id for row in rows})}
    reads = languages_of({row.account_id for row in rows if row.account_id})
    today = clock.today()
    return [
        Reachable(
            Recipient(RELATIVE, kin.row.id),
            kin.name,
            Address(kin.phone, kin.email),
            account_id=kin.row.account_id,
            language=reads.get(kin.row.account_id) if kin.row.account_id else None,
        )
        for row in rows
        for kin in kin_in(people[row.citizen_id], [row])
        if kin.standing.allows(today)
    ]


def also_told(question: AlsoTold) -> Iterable[Copy]:
    """Return the relatives who are told what a citizen is told, each in words of their own; of an
    offer those who may answer it.
    """
    kind = COPIES.get(question.kind)
    if kind is None:
        return []
    found = select(Relative).where(
        Relative.citizen_id == question.citizen_id, Relative.account_id.is_not(None)
    )
    rows = db.session.scalars(found.order_by(Relative.id)).all()
    if not rows:
        return []
    held, today = standings([row.id for row in rows]), clock.today()
    needed = ASKED if question.kind == OFFER else TOLD
    first_name = list_citizens([question.citizen_id])[0].first_name
    return [
        Copy(
            _key(row.id, question.dedupe_key),
            kind,
            Recipient(RELATIVE, row.id),
            {
                **question.facts,
                "name": first_name,
                "copy_of": question.dedupe_key,
                "copied": question.kind,
            },
        )
        for row in rows
        if needed <= held[row.id].allows(today)
    ]


def _key(relative_id: UUID, dedupe_key: str) -> str:
    return f"relative:{relative_id}:{hashlib.sha256(dedupe_key.encode()).hexdigest()[:40]}"


def still_holds(question: StillHolds) -> list[bool]:
    """Say whether what a relative is told still holds: it does for the citizen, and was not taken
    back from her.
    """
    copied = question.facts.get("copied")
    if question.kind not in COPIES.values() or copied is None:
        return []
    first = find_message(question.facts["copy_of"])
    if first is not None and first.state == "withdrawn":
        return [False]
    if copied == OFFER:
        return [first is not None and _is_open(first.citizen_id, question.facts)]
    whom = first.citizen_id if first is not None else None
    return [all(ask(StillHolds(copied, question.subject_id, question.facts, whom)))]


def _is_open(citizen_id: UUID | None, facts: Mapping[str, str]) -> bool:
    """Say whether a trip is still held until somebody answers: the question is not taken back once
    it has gone to the citizen, who may have answered since.
    """
    starts_at = datetime.fromisoformat(facts["starts_at"])
    ids = [citizen_id] if citizen_id else []
    found = coming(ids, clock.now(), starts_at + timedelta(days=1))
    return any(str(one.trip_id) == facts["trip"] and one.answer_by for one in found)


def waiting_for(relative_id: UUID) -> tuple[Sequence[OutboxMessage], Sequence[MessageDelivery]]:
    """Return what a relative was to be told and has not been, locked: messages, and deliveries."""
    messages = select(OutboxMessage).filter_by(
        recipient_kind=RELATIVE, recipient_id=relative_id, state="queued"
    )
    deliveries = select(MessageDelivery).filter_by(
        recipient_kind=RELATIVE, recipient_id=relative_id, state="queued"
    )
    return (
        db.session.scalars(messages.with_for_update()).all(),
        db.session.scalars(deliveries.with_for_update()).all(),
    )
