"""Reading who has died or moved, what that stopped, and who must still hear of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen, CitizenLeaving, LeavingStop
from klippekort.citizens.queries.citizens import in_danish_order, is_here, list_citizens
from klippekort.citizens.queries.sealed import address_of
from klippekort.domain.errors import CitizenGone, NotFound
from klippekort.messages.models import MessageDelivery, OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.gone import IsGone
from klippekort.platform.tenancy import OwnRows, Question, own

LEFT, BACK = "citizen_left", "citizen_back"
# So many homes of a postcode are looked at for somebody who lived with her, and no more.
MOST_HOMES = 400
_citizens, _left = cast(Table, Citizen.__table__), cast(Table, CitizenLeaving.__table__)
_HOLD = OwnRows(
    select(_citizens.c.id)
    .where(own(_citizens), _citizens.c.id == bindparam("citizen"))
    .with_for_update(read=True, key_share=True)
)
_LEFT = OwnRows(
    select(_left.c.id).where(
        own(_left),
        _left.c.citizen_id == bindparam("citizen"),
        _left.c.undone_at.is_(None),
    )
)


@dataclass(frozen=True)
class PeopleNamed:
    """The question what people who must hear of something are called, and their phone; the answers
    are `Named`.
    """

    ids: frozenset[UUID]


@dataclass(frozen=True)
class Named:
    """Somebody who helps: a name, empty where it is known no more, and a phone number, or None."""

    id: UUID
    name: str
    phone: str | None


@dataclass(frozen=True)
class Telling:
    """A call to somebody that a citizen is not coming any more, or comes again after all.

    `about` are titles and times. `is_death_said` only where the relatives agree.
    """

    id: UUID
    citizen: Citizen
    who: Named
    role: str
    about: tuple[tuple[str, datetime], ...]
    is_back: bool
    is_death_said: bool
    is_told: bool


@dataclass(frozen=True)
class LeftBehind:
    """Somebody who lived with a citizen, and whom one person follows up by a day."""

    leaving_id: UUID
    citizen: Citizen
    of: Citizen
    kind: str
    owner_id: UUID
    by: date


@dataclass(frozen=True)
class NotBack:
    """What could not be started again after a leaving was undone, and why."""

    id: UUID
    citizen: Citizen
    what: str
    why: str
    details: dict[str, Any]


def has_left(question: IsGone) -> list[bool]:
    """Answer whether a citizen has died or moved."""
    found = select(CitizenLeaving.id).where(
        CitizenLeaving.citizen_id == question.citizen_id, CitizenLeaving.undone_at.is_(None)
    )
    return [db.session.scalars(found).first() is not None]


def asks_if_here(citizen_id: UUID) -> tuple[Question, Question]:
    """Return what `must_be_here` asks, for asking it ahead."""
    return _HOLD.asked(citizen=citizen_id), _LEFT.asked(citizen=citizen_id)


def must_be_here(citizen_id: UUID) -> None:
    """Let nothing new be planned for whoever has died or moved; it is nobody's leave to give.

    Until the transaction ends she cannot leave either: what is planned now is there to be stopped.
    Raises CitizenGone.
    """
    _HOLD.rows(citizen=citizen_id)
    if _LEFT.rows(citizen=citizen_id):
        raise CitizenGone


def left_among(ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these citizens have died or moved."""
    found = select(CitizenLeaving.citizen_id).where(
        CitizenLeaving.citizen_id.in_(set(ids)), CitizenLeaving.undone_at.is_(None)
    )
    return frozenset(db.session.scalars(found))


def how_left(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return which of these citizens are here no more, each with `died` or `moved`."""
    found = select(CitizenLeaving.citizen_id, CitizenLeaving.kind).where(
        CitizenLeaving.citizen_id.in_(set(ids)), CitizenLeaving.undone_at.is_(None)
    )
    rows = db.session.execute(found).all()
    return {row.citizen_id: row.kind for row in rows}


def find_leaving(citizen_id: UUID) -> CitizenLeaving | None:
    """Return how a citizen left, or None; one that was undone is none."""
    found = select(CitizenLeaving).filter_by(citizen_id=citizen_id, undone_at=None)
    return db.session.scalars(found).one_or_none()


def last_leaving(citizen_id: UUID) -> CitizenLeaving:
    """Return the last leaving of a citizen, undone or not. Raises NotFound."""
    found = select(CitizenLeaving).filter_by(citizen_id=citizen_id)
    latest = found.order_by(CitizenLeaving.recorded_at.desc(), CitizenLeaving.id.desc())
    row = db.session.scalars(latest).first()
    if row is None:
        raise NotFound
    return row


def lock_leaving(leaving_id: UUID) -> CitizenLeaving:
    """Return a leaving nobody else can change before this transaction ends. Raises NotFound."""
    found = select(CitizenLeaving).filter_by(id=leaving_id).with_for_update()
    return _one(db.session.scalars(found.execution_options(populate_existing=True)).one_or_none())


def lock_stop(stop_id: UUID) -> LeavingStop:
    """Return something that was stopped, locked. Raises NotFound."""
    found = select(LeavingStop).filter_by(id=stop_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def _one(row: CitizenLeaving | None) -> CitizenLeaving:
    if row is None:
        raise NotFound
    return row


def get_leaving(leaving_id: UUID) -> CitizenLeaving:
    """Return a leaving. Raises NotFound."""
    return _one(db.session.scalars(select(CitizenLeaving).filter_by(id=leaving_id)).one_or_none())


def stops_of(leaving_id: UUID, what: str | None = None) -> Sequence[LeavingStop]:
    """Return what a leaving stopped, all of it or of one kind, in the order it was stopped."""
    found = select(LeavingStop).filter_by(leaving_id=leaving_id)
    if what is not None:
        found = found.filter_by(what=what)
    return db.session.scalars(found.order_by(LeavingStop.id)).all()


def messages_to(citizen_id: UUID) -> Sequence[OutboxMessage]:
    """Return what a citizen was to be told and has not been, locked."""
    found = select(OutboxMessage).filter_by(citizen_id=citizen_id, state="queued")
    return db.session.scalars(found.with_for_update()).all()


def at_the_same_address(citizen: Citizen) -> list[Citizen]:
    """Return others who live where a citizen does; nobody at a protected address is told of."""
    address = None if citizen.has_protected_address else address_of(citizen)
    if not address or not citizen.postcode:
        return []
    near = (
        select(Citizen)
        .where(Citizen.postcode == citizen.postcode, Citizen.id != citizen.id)
        .where(Citizen.has_protected_address.is_(False), Citizen.lives_alone.is_not(True))
        .where(Citizen.setting == "own_home", is_here())
        .limit(MOST_HOMES)
    )
    return in_danish_order(one for one in db.session.scalars(near) if address_of(one) == address)


def tellings(
    now: datetime, supplier_id: UUID | None = None, leaving_id: UUID | None = None
) -> list[Telling]:
    """Return whom somebody should call: what is due, or with a leaving all that it caused.

    Whoever is known no more stands there too, with no name: the call must be ticked off.
    """
    found: Select[OutboxMessage] = select(OutboxMessage)
    if leaving_id is None:
        found = found.where(*_to_tell(now, supplier_id))
    else:
        found = found.where(
            OutboxMessage.kind.in_((LEFT, BACK)),
            OutboxMessage.state != "withdrawn",
            OutboxMessage.subject_id == leaving_id,
        )
    rows = db.session.scalars(found.order_by(OutboxMessage.due_at, OutboxMessage.id)).all()
    return _tellings(rows)


def count_to_tell(now: datetime, supplier_id: UUID | None = None) -> int:
    """Return how many calls are due about citizens who are not coming any more."""
    found = select(func.count(OutboxMessage.id)).where(*_to_tell(now, supplier_id))
    return db.session.scalar(found) or 0


def _to_tell(now: datetime, supplier_id: UUID | None) -> list[ColumnElement[bool]]:
    """Return the conditions of a call that is due: the list and its number go by the same."""
    due = [
        OutboxMessage.kind.in_((LEFT, BACK)),
        OutboxMessage.state == "queued",
        OutboxMessage.due_at <= now,
    ]
    return due if supplier_id is None else [*due, OutboxMessage.supplier_id == supplier_id]


def _tellings(rows: Sequence[OutboxMessage]) -> list[Telling]:
    leavings = _leavings({row.subject_id for row in rows if row.subject_id is not None})
    people = _people(frozenset(UUID(row.facts["who"]) for row in rows))
    citizens = {one.id: one for one in list_citizens(row.citizen_id for row in leavings.values())}
    return [
        Telling(
            row.id,
            citizens[leaving.citizen_id],
            people.get(who := UUID(row.facts["who"]), Named(who, "", None)),
            row.facts["role"],
            tuple(
                (one["title"], datetime.fromisoformat(one["starts_at"]))
                for one in row.facts["about"]
            ),
            row.kind == BACK,
            leaving.may_be_said,
            row.state == "done",
        )
        for row in rows
        if row.subject_id is not None and (leaving := leavings[row.subject_id])
    ]


def _leavings(ids: Collection[UUID]) -> dict[UUID, CitizenLeaving]:
    found = select(CitizenLeaving).where(CitizenLeaving.id.in_(ids))
    return {row.id: row for row in db.session.scalars(found)}


def _people(ids: frozenset[UUID]) -> dict[UUID, Named]:
    workers = db.session.scalars(select(CareWorker).where(CareWorker.id.in_(ids)))
    known = {one.id: Named(one.id, one.name, None) for one in workers}
    return known | {one.id: one for one in ask(PeopleNamed(ids - set(known)))}


def left_behind(owner_id: UUID | None = None, supplier_id: UUID | None = None) -> list[LeftBehind]:
    """Return who lived with a citizen who left and is not followed up yet, the soonest first."""
    found = (
        select(CitizenLeaving)
        .where(CitizenLeaving.left_behind_id.is_not(None))
        .where(CitizenLeaving.followed_up_at.is_(None), CitizenLeaving.undone_at.is_(None))
        .order_by(CitizenLeaving.follow_up_on, CitizenLeaving.id)
    )
    if owner_id is not None:
        found = found.where(CitizenLeaving.owner_id == owner_id)
    rows = db.session.scalars(found).all()
    ids = {row.citizen_id for row in rows} | {row.left_behind_id for row in rows}
    people = {one.id: one for one in list_citizens(one for one in ids if one is not None)}
    return [
        LeftBehind(row.id, behind, people[row.citizen_id], row.kind, owner, by)
        for row in rows
        if (owner := row.owner_id) is not None
        and (by := row.follow_up_on) is not None
        and (behind := people.get(row.left_behind_id or row.citizen_id)) is not None
        and supplier_id in (None, behind.supplier_id)
    ]


def not_back(supplier_id: UUID | None = None, leaving_id: UUID | None = None) -> list[NotBack]:
    """Return what was not started again after an undoing, and nobody has seen to."""
    found = (
        select(LeavingStop, Citizen)
        .join(CitizenLeaving, CitizenLeaving.id == LeavingStop.leaving_id)
        .join(Citizen, Citizen.id == CitizenLeaving.citizen_id)
        .where(LeavingStop.why_not.is_not(None), LeavingStop.seen_to_at.is_(None))
        .order_by(LeavingStop.id)
    )
    if supplier_id is not None:
        found = found.where(Citizen.supplier_id == supplier_id)
    if leaving_id is not None:
        found = found.where(LeavingStop.leaving_id == leaving_id)
    return [
        NotBack(row.id, citizen, row.what, row.why_not or "", row.details)
        for row, citizen in db.session.execute(found)
    ]


def withdrawn_message(message_id: UUID) -> OutboxMessage | None:
    """Return a message that was taken back and is so still, locked, or None."""
    found = select(OutboxMessage).filter_by(id=message_id, state="withdrawn")
    return db.session.scalars(found.with_for_update()).one_or_none()


def deliveries_to(citizen_id: UUID, state: str = "queued") -> Sequence[MessageDelivery]:
    """Return what was to be sent to a citizen and has not been, locked."""
    found = select(MessageDelivery).filter_by(recipient_id=citizen_id, state=state)
    return db.session.scalars(found.with_for_update()).all()
