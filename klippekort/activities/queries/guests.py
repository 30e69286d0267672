"""Reading who has a seat at a date."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, literal, select

from klippekort.activities.models import Occurrence, SignUp
from klippekort.citizens.models import Citizen
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, own


@dataclass(frozen=True)
class Guest:
    """Somebody with a seat: a first name and what is needed at the place, no more.

    `citizen_id` is for the record of who looked, never for the page.
    """

    sign_up_id: UUID
    citizen_id: UUID
    first_name: str
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
    """Return who has a seat at each of these dates, by first name; dates without are left out.

    Two of one name at one date get the first letter of the last name.
    """
    rows = db.session.execute(
        select(SignUp, Citizen.first_name, Citizen.last_name)
        .join(Citizen, Citizen.id == SignUp.citizen_id)
        .where(SignUp.occurrence_id.in_(occurrence_ids), SignUp.state == "booked")
        .order_by(alphabetical(Citizen.first_name), alphabetical(Citizen.last_name), SignUp.id)
    ).all()
    names = Counter((seat.occurrence_id, first) for seat, first, _ in rows)
    guests: defaultdict[UUID, list[Guest]] = defaultdict(list)
    for seat, first, last in rows:
        shown = f"{first} {last[:1]}." if names[seat.occurrence_id, first] > 1 else first
        guests[seat.occurrence_id].append(
            Guest(seat.id, seat.citizen_id, shown, seat.takes_wheelchair_place, seat.attended)
        )
    return dict(guests)


def seats_of(citizen_id: UUID, now: datetime) -> set[UUID]:
    """Return the dates to come at which a citizen has a seat."""
    return {date_id for (date_id,) in _SEATS_OF.rows(citizen=citizen_id, now=now)}
