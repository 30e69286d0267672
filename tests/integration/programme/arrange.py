"""A small town's programme: places, activities and dates, put straight into the tables."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from klippekort.activities.models import Activity, Occurrence, Picture, Place, SignUp
from klippekort.domain.calendar import instant, local
from klippekort.domain.travel import Point
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME

TUESDAY = date(2026, 11, 24)
NOW = instant(date(2026, 11, 23), time(8))
TWO = instant(TUESDAY, time(14))
LINDEBY, BAKKEBY = Point(55.3200, 10.7900), Point(55.3600, 10.8400)
OPEN = "/program/lindeby"


def _add(home: int, row: Any) -> UUID:
    def add() -> str:
        db.session.add(row)
        return str(row.id)

    with acting_for(home):
        return UUID(execute(add))


def a_place(
    name: str = "Medborgerhuset", *, home: int = HOME, point: Point | None = LINDEBY, **more: Any
) -> UUID:
    """Add a place and return its id."""
    said: dict[str, Any] = {
        "address": "Torvet 1",
        "postcode": "4681",
        "town": "Lindeby",
        "access": ["step_free", "hearing_loop"],
        "contact_phone": "+4587654321",
        "contact_name": "Palle Portner",
    }
    if point is not None:
        said |= {"latitude": point.latitude, "longitude": point.longitude}
    with acting_for(home):
        place = Place(id=new_id(), name=name, **(said | more))
    return _add(home, place)


def an_activity(title: str = "Kortspil", *, home: int = HOME, **more: Any) -> UUID:
    """Add a published activity and return its id."""
    said: dict[str, Any] = {
        "kind": "cards",
        "description": "Vi spiller whist.",
        "price_oere": 3500,
        "state": "published",
        "proposed_at": NOW - timedelta(days=30),
        "decided_at": NOW - timedelta(days=20),
    }
    return _add(home, Activity(id=new_id(), title=title, **(said | more)))


def a_date(
    activity_id: UUID,
    starts_at: datetime = TWO,
    *,
    home: int = HOME,
    place: UUID | None = None,
    **more: Any,
) -> UUID:
    """Add a date of two hours with ten chairs and return its id."""
    said: dict[str, Any] = {"capacity": 10, "wheelchair_places": 2, "place_id": place}
    row = Occurrence(
        id=new_id(),
        activity_id=activity_id,
        original_start=local(starts_at).strftime("%Y-%m-%dT%H:%M"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        **(said | more),
    )
    return _add(home, row)


def an_offer(title: str = "Kortspil", *, home: int = HOME, **more: Any) -> UUID:
    """Add a published activity with a place and one date, and return the activity's id."""
    activity_id = an_activity(title, home=home, **more)
    a_date(activity_id, home=home, place=a_place(home=home))
    return activity_id


def a_seat(occurrence_id: UUID, citizen_id: UUID, *, attended: bool | None = None) -> None:
    """Give a citizen a seat, taken or not yet."""
    row = SignUp(
        id=new_id(),
        occurrence_id=occurrence_id,
        citizen_id=citizen_id,
        attended=attended,
        made_at=NOW - timedelta(days=60),
    )
    _add(HOME, row)


def change(model: type[Any], row_id: UUID, **values: Any) -> None:
    """Change a row of Lindeby's."""

    def set_values() -> None:
        row = db.session.query(model).filter_by(id=row_id).one()
        for name, value in values.items():
            setattr(row, name, value)

    with acting_for(HOME):
        execute(set_values)


def a_picture(
    activity_id: UUID, *, home: int = HOME, drawn: bytes = b"large", media_type: str = "image/png"
) -> UUID:
    """Give an activity a picture and return its id."""
    row = Picture(
        id=new_id(),
        activity_id=activity_id,
        media_type=media_type,
        width=1,
        height=1,
        large=drawn,
        small=b"small",
        added_at=NOW,
    )
    return _add(home, row)
