"""Reading who has a seat at a date."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, literal, select

from klippekort.activities.models import Occurrence, SignUp
from klippekort.citizens.models import Citizen
from klippekort.domain.hosting import call_names
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, own


@dataclass(frozen=True)
class Guest:
    """Somebody with a seat: what they are called, and what is needed at the place, no more.

    `citizen_id` is for the record of who looked, never for the page.
    """

    sign_up_id: UUID
    citizen_id: UUID
    called: str
    needs_wheelchair: bool
    attended: bool | None


_dates = cast(Table, Occurrence.__table__)
_seats = cast(Table, SignUp.__table__)
_SEATS_OF = OwnRows(
    select(_seats.c.occurrence_id)
    .join_from(_seats, _dates, own(_dates) & (_dates.c.id == _seats.c.occurrence_id))
    .where(
        own(_seats),
        _seats.c.citizen_id == bindparam("citizen"),
        _seats.c.state == literal("booked"),
        _dates.c.starts_at > bindparam("now"),
    )
)


def guests_of(occurrence_id: UUID) -> list[Guest]:
    """Return who has a seat at one date, named as `guests_at` names them."""
    return guests_at([occurrence_id]).get(occurrence_id, [])


def guests_at(occurrence_ids: Collection[UUID]) -> dict[UUID, list[Guest]]:
    """Return who has a seat at each of these dates, by what they are called; dates without are
    left out.

    Two of one name at one date get as many letters of the last name as tell them apart.
    """
    rows = db.session.execute(
        select(SignUp, Citizen)
        .join(Citizen, Citizen.id == SignUp.citizen_id)
        .where(SignUp.occurrence_id.in_(occurrence_ids), SignUp.state == "booked")
        .order_by(alphabetical(Citizen.first_name), alphabetical(Citizen.last_name), SignUp.id)
    ).all()
    at_date: defaultdict[UUID, list[tuple[SignUp, Citizen]]] = defaultdict(list)
    for seat, citizen in rows:
        at_date[seat.occurrence_id].append((seat, citizen))
    return {date_id: _named(own_rows) for date_id, own_rows in at_date.items()}


def _named(rows: Sequence[tuple[SignUp, Citizen]]) -> list[Guest]:
    names = call_names((one.id, one.called, one.last_name) for _, one in rows)
    return [
        Guest(seat.id, one.id, names[one.id], seat.takes_wheelchair_place, seat.attended)
        for seat, one in rows
    ]


def seats_of(citizen_id: UUID, now: datetime) -> set[UUID]:
    """Return the dates to come at which a citizen has a seat."""
    return {date_id for (date_id,) in _SEATS_OF.rows(citizen=citizen_id, now=now)}
