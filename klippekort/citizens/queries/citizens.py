"""Reading citizens: one, several, by name, and whom each concerns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam, exists, or_, select

from klippekort.citizens.models import Absence, Citizen, CitizenLeaving
from klippekort.citizens.queries.names import danish_order, fold, is_long_enough
from klippekort.domain.accrual import AbsenceSpan
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Reach
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.reading import Reader
from klippekort.platform.tenancy import OwnRows, Question, own

MOST_FOUND = 50
LONGEST_SOUGHT = 200


@dataclass(frozen=True)
class WhoEscorts:
    """The question which care workers escort a citizen on a day; the answers are their ids."""

    citizen_id: UUID
    day: date


@dataclass(frozen=True)
class EscortedToday:
    """The question which citizens a care worker escorts on a day; the answers are their ids."""

    care_worker_id: UUID
    day: date


_citizens = cast(Table, Citizen.__table__)
_absences = cast(Table, Absence.__table__)
CITIZEN = Reader(Citizen)
_GET = OwnRows(
    select(*CITIZEN.columns).where(own(_citizens), _citizens.c.id == bindparam("citizen"))
)
_ABSENCES = OwnRows(
    select(_absences.c.kind, _absences.c.from_on, _absences.c.until_on)
    .where(own(_absences), _absences.c.citizen_id == bindparam("citizen"))
    .order_by(_absences.c.from_on, _absences.c.id)
)


def get_citizen(citizen_id: UUID) -> Citizen:
    """Return a citizen to look at; `lock_citizen` gives one to change. Raises NotFound."""
    rows = _GET.rows(citizen=citizen_id)
    if not rows:
        raise NotFound
    return CITIZEN.read(rows[0])


def asks_for_citizen(citizen_id: UUID) -> Question:
    """Return what `get_citizen` asks, for asking it ahead."""
    return _GET.asked(citizen=citizen_id)


def asks_for_absences(citizen_id: UUID) -> Question:
    """Return what `absences_of` asks, for asking it ahead."""
    return _ABSENCES.asked(citizen=citizen_id)


def lock_citizen(citizen_id: UUID) -> Citizen:
    """Return a citizen whom nobody else can change until this transaction ends. Raises NotFound."""
    wanted = select(Citizen).filter_by(id=citizen_id).with_for_update()
    wanted = wanted.execution_options(populate_existing=True)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_by_index(index: str) -> Citizen | None:
    """Return the citizen whose person number has this keyed index, or None."""
    return db.session.scalars(select(Citizen).filter_by(person_number_index=index)).one_or_none()


def find_by_record_ref(ref: str) -> Citizen | None:
    """Return the citizen whom the care record calls this, or None."""
    return db.session.scalars(select(Citizen).filter_by(record_ref=ref)).one_or_none()


def list_citizens(ids: Iterable[UUID]) -> Sequence[Citizen]:
    """Return the citizens with these ids in Danish order; unknown ids are left out."""
    found = db.session.scalars(select(Citizen).where(Citizen.id.in_(set(ids)))).all()
    return in_danish_order(found)


def in_danish_order(citizens: Iterable[Citizen]) -> list[Citizen]:
    """Return citizens sorted by first name, then last name, as Danes do."""
    return sorted(citizens, key=lambda c: (danish_order(c.first_name), danish_order(c.last_name)))


def find_citizens(
    text: str,
    supplier_id: UUID | None = None,
    district_id: UUID | None = None,
    limit: int = MOST_FOUND,
) -> Sequence[Citizen]:
    """Return citizens who have a name part beginning with each word of `text`, in Danish order.

    Fewer than two letters find nobody, nor does what is longer than any name. Small and capital
    letters are the same, and so are å and aa.
    """
    words = fold(text[:LONGEST_SOUGHT]).split()
    if not is_long_enough(text) or len(text) > LONGEST_SOUGHT or not words:
        return []
    wanted = select(Citizen.id, Citizen.first_name, Citizen.last_name)
    wanted = wanted.where(*[_has_part(word) for word in words])
    if supplier_id is not None:
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    if district_id is not None:
        wanted = wanted.where(Citizen.district_id == district_id)
    hits = sorted(
        db.session.execute(wanted).all(),
        key=lambda hit: (danish_order(hit.first_name), danish_order(hit.last_name)),
    )
    return list_citizens(hit.id for hit in hits[:limit])


def _has_part(word: str) -> ColumnElement[bool]:
    """Return the condition that a part of the name begins with `word`; the first needs no blank."""
    return or_(
        Citizen.search_name.startswith(word, autoescape=True),
        Citizen.search_name.contains(f" {word}", autoescape=True),
    )


def list_own_citizens(actor: Actor, today: date) -> Sequence[Citizen]:
    """Return a care worker's own: those of the supplier and district, and those escorted today.

    Whoever has died or moved is nobody's own any more.
    """
    escorted = escorted_by(actor, today)
    own: list[ColumnElement[bool]] = []
    if escorted:
        own.append(Citizen.id.in_(escorted))
    if actor.supplier_id is not None:
        in_district = Citizen.district_id == actor.district_id
        own.append(and_(Citizen.supplier_id == actor.supplier_id, in_district))
    if not own:
        return []
    return in_danish_order(db.session.scalars(select(Citizen).where(or_(*own), is_here())).all())


def is_here() -> ColumnElement[bool]:
    """Return the condition that a citizen has neither died nor moved."""
    return ~exists().where(
        CitizenLeaving.municipality_id == Citizen.municipality_id,
        CitizenLeaving.citizen_id == Citizen.id,
        CitizenLeaving.undone_at.is_(None),
    )


def escorted_by(actor: Actor, day: date) -> frozenset[UUID]:
    """Return the ids of the citizens whom a care worker escorts on `day`."""
    if actor.person_id is None:
        return frozenset()
    return frozenset(ask(EscortedToday(actor.person_id, day)))


def reach(citizen: Citizen, today: date) -> Reach:
    """Return whom a citizen concerns today: herself, her supplier and district, and her escorts."""
    people = frozenset({citizen.id, *ask(WhoEscorts(citizen.id, today))})
    return Reach(citizen.supplier_id, citizen.district_id, people)


def list_absences(citizen_id: UUID) -> Sequence[Absence]:
    """Return when a citizen is and was away, the latest first."""
    wanted = select(Absence).filter_by(citizen_id=citizen_id)
    return db.session.scalars(wanted.order_by(Absence.from_on.desc(), Absence.id.desc())).all()


def lock_absence(citizen_id: UUID, absence_id: UUID) -> Absence:
    """Return one absence of a citizen, locked. Raises NotFound."""
    wanted = select(Absence).filter_by(id=absence_id, citizen_id=citizen_id).with_for_update()
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def absences_of(citizen_id: UUID) -> list[AbsenceSpan]:
    """Return a citizen's absences as the card's rules read them, the earliest first."""
    return [AbsenceSpan(*row) for row in _ABSENCES.rows(citizen=citizen_id)]
