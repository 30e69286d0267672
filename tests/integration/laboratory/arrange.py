"""A history to try rules on: a scheme from January, a card, and trips that were made."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Absence
from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import SchemeFile, Setting, load
from klippekort.platform.db import Model, db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, SchemePause
from klippekort.punchcards.services.cards import grant_card
from klippekort.punchcards.services.schemes import create_scheme
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider
from tests.cast import HOME, Cast

NOW = datetime(2026, 11, 23, 8, tzinfo=COPENHAGEN)
FIRST_DAY = date(2026, 10, 5)  # a Monday; seven weeks before NOW
RULES = """
name = "Klippekort Lindeby"
minutes_per_punch = 30
[allowance]
minutes = 30
counted_from = "iso_week"
first = "grant_period"
[charging]
basis = "actual"
travel = "counts"
second_helper = 1.0
[cancelling.citizen]
charge = "free"
"""
STRICT = f"{RULES}\n[notice.by_length.all]\nnotice = '3 days'\n"
PAUSED = f"{RULES}\n[pauses.hospital]\naccrues = false\nusable = false\nextends_expiry = false\n"
OPEN = RULES.replace('travel = "counts"', 'travel = "undecided"')


def rules(text: str = RULES) -> SchemeFile:
    return load(text)


def a_scheme(
    cast: Cast,
    *,
    name: str = "Klippekort",
    setting: Setting = Setting.OWN_HOME,
    text: str = RULES,
) -> UUID:
    """Begin a scheme in January and return its id."""
    with acting_for(HOME):
        made = execute(
            create_scheme,
            cast.karen,
            name=name,
            setting=setting,
            terms=rules(text).terms,
            from_on=date(2026, 1, 1),
            now=NOW - timedelta(days=300),
        )
    return UUID(made)


def a_card(cast: Cast, citizen_id: UUID, scheme_id: UUID) -> UUID:
    """Give a citizen a card from FIRST_DAY, reckoned through today, and return its id."""
    with acting_for(HOME):
        made = execute(grant_card, cast.asta, citizen_id, scheme_id, from_on=FIRST_DAY, now=NOW)
    return UUID(made)


def _add(*rows: Model) -> None:
    with acting_for(HOME):
        for row in rows:  # each needs the one before it
            execute(lambda one: db.session.add(one), row)


def a_trip(
    card_id: UUID,
    citizen_id: UUID,
    start: datetime,
    *,
    minutes: int = 60,
    ordered: datetime | None = None,
    state: str = "completed",
    escorts: tuple[Actor, ...] = (),
    ended: TripEvent | None = None,
) -> UUID:
    """Put a trip that is over into the history, with 20 minutes on the way, and return its id."""
    trip_id, end = new_id(), start + timedelta(minutes=minutes)
    was_made = state in ("completed", "broken_off")
    trip = Trip(
        id=trip_id,
        destination="Kortklub, Klubhuset",
        starts_at=start,
        ends_at=end,
        travel_minutes=20,
        transport="walk",
        state=state,
        started_at=start if was_made else None,
        ended_at=end if was_made else None,
        booked_at=ordered or start - timedelta(days=1),
    )
    rider = TripRider(
        trip_id=trip_id,
        citizen_id=citizen_id,
        card_id=card_id,
        starts_at=start,
        ends_at=end,
        is_active=False,
        state=state,
        planned_minutes=minutes,
        agreed_how="said",
    )
    helpers = [
        TripEscort(trip_id=trip_id, care_worker_id=worker.person_id, starts_at=start, ends_at=end)
        for worker in escorts
    ]
    _add(trip, rider, *helpers)
    if ended is not None:
        ended.trip_id = trip_id
        _add(ended)
    return trip_id


def a_pause(card_id: UUID, first: date, last: date | None) -> None:
    """Let the scheme of a card stand still."""
    with acting_for(HOME):
        scheme_id = db.session.scalars(select(PunchCard.scheme_id).filter_by(id=card_id)).one()
    pause = SchemePause(scheme_id=scheme_id, from_on=first, until_on=last)
    pause.reason, pause.recorded_at = "Ferielukket", NOW
    _add(pause)


def an_absence(citizen_id: UUID, first: date, last: date | None, kind: str = "hospital") -> None:
    _add(Absence(citizen_id=citizen_id, kind=kind, from_on=first, until_on=last, recorded_at=NOW))
