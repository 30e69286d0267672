"""What the pages of hosting need, so that there is something on each: questions and a claim."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence
from klippekort.domain.errors import Stale
from klippekort.domain.hosting import HostRole
from klippekort.domain.permissions import Actor
from klippekort.hosting.models import HostOffer
from klippekort.hosting.queries.offers import Wanted
from klippekort.hosting.services import (
    Elsewhere,
    Outlay,
    OverLimit,
    ask,
    claim,
    offer_dates,
    set_hosting,
)
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.trips.models import Trip, TripRider

Values = dict[str, tuple[str, ...]]


def questions_and_claims(coordinator: Actor, volunteer: Actor) -> Values:
    """Let the volunteer offer for a date, ask about one they have time for, and claim money back.

    Return the values of the parts of addresses that these pages need.
    """
    assert volunteer.person_id is not None
    now, who = clock.now(), volunteer.person_id
    execute(set_hosting, coordinator, km_rate_oere=228, counts_only=[])
    execute(claim, volunteer, who, Outlay("food", clock.today(), oere=4550), now=now)
    others = (
        select(Occurrence.id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Activity.state == "published", Occurrence.cancelled_at.is_(None))
        .where(Activity.host_id.is_distinct_from(who))
        .where(Occurrence.starts_at > now + timedelta(days=1))
        .order_by(Occurrence.starts_at)
    )
    first, *rest = db.session.scalars(others.limit(60)).all()
    (offered,) = execute(offer_dates, volunteer, who, [first], now=now)
    questions = (_asked(coordinator, volunteer, one) for one in rest)
    asked = next(filter(None, questions), offered)
    return {
        "hosting.answer:offer_id": (asked,),
        "hosting.cannot_go:offer_id": (offered,),
        "hosting.trip_hours:offer_id": (_on_a_trip(who, now),),
        "hosting.year:volunteer_id": (str(who),),
        "hosting.year_pdf:volunteer_id": (str(who),),
        "year": (str(clock.today().year),),
    }


def _on_a_trip(volunteer_id: UUID, now: datetime) -> str:
    """Let the volunteer have gone along on a trip that is over, and return what was agreed."""
    found = select(TripRider.trip_id, TripRider.citizen_id).join(Trip, Trip.id == TripRider.trip_id)
    over = found.where(Trip.ends_at < now).order_by(Trip.ends_at.desc()).limit(1)
    trip_id, citizen_id = db.session.execute(over).one()
    offer_id = new_id()

    def agree() -> None:
        db.session.add(
            HostOffer(
                id=offer_id,
                role=HostRole.GO_ALONG,
                trip_id=trip_id,
                citizen_id=citizen_id,
                volunteer_id=volunteer_id,
                state="accepted",
                meeting_point="Ved indgangen",
                asked_at=now - timedelta(days=2),
                answered_at=now - timedelta(days=2),
            )
        )

    execute(agree)
    return str(offer_id)


def _asked(coordinator: Actor, volunteer: Actor, occurrence_id: UUID) -> str | None:
    """Return the question to the volunteer about a date, or None where they are busy then."""
    assert volunteer.person_id is not None
    wanted, now = Wanted(HostRole.HOST, occurrence_id), clock.now()
    try:
        return str(execute(ask, coordinator, volunteer.person_id, wanted, now=now))
    except (Elsewhere, OverLimit, Stale):
        return None
