"""Ellen's card, an activity she could go to, and her helper's shift."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.accounts.models import Shift
from klippekort.accounts.services import set_pin
from klippekort.activities.models import Activity, Occurrence, Place
from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes import to_json
from klippekort.domain.trips import Transport
from klippekort.platform import clock
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import Scheme, SchemeTerms
from klippekort.punchcards.queries import card_keys
from klippekort.punchcards.services.card_keys import make_key
from klippekort.punchcards.services.cards import grant_card
from klippekort.trips.services.booking import BookingOrder, book_trip
from tests.builders import DECIDED
from tests.cast import HOME, Cast

PIN, HELPER_PIN = "4711", "8642"
TERMS = replace(DECIDED, allowance=replace(DECIDED.allowance, minutes=60))


@dataclass(frozen=True)
class Story:
    """Who is there and what is arranged; `at` is when the activity begins."""

    cast: Cast
    occurrence: UUID
    at: datetime


def arrange(cast: Cast) -> Story:
    """Give Ellen six weeks of time, Bo a shift and a PIN, and add an activity a week ahead."""
    now = clock.now()
    at = datetime.combine(clock.today() + timedelta(days=7), time(14), COPENHAGEN)
    with acting_for(HOME):
        scheme, occurrence = execute(_rows, cast, at)
        begun = clock.today() - timedelta(weeks=6)
        execute(grant_card, cast.asta, cast.ellen, scheme, from_on=begun, now=now)
        execute(set_pin, cast.bo.account_id, HELPER_PIN)
    return Story(cast, occurrence, at)


def _rows(cast: Cast, at: datetime) -> tuple[UUID, UUID]:
    scheme, activity, occurrence, now = new_id(), new_id(), new_id(), clock.now()
    db.session.add(Scheme(id=scheme, name="Klippekort", setting="own_home"))
    db.session.flush()
    db.session.add(
        SchemeTerms(
            scheme_id=scheme,
            from_on=clock.today() - timedelta(days=400),
            terms=to_json(TERMS),
            recorded_at=now,
        )
    )
    ends = at + timedelta(minutes=90)
    place = Place(id=new_id(), name="Kulturhuset", address="Torvet 2", postcode="4681")
    db.session.add(place)
    db.session.add(
        Activity(
            id=activity,
            title="Kortspil og kaffe",
            kind="cards",
            price_oere=3500,
            state="published",
            proposed_at=now,
        )
    )
    db.session.flush()
    db.session.add(
        Occurrence(
            id=occurrence,
            activity_id=activity,
            place_id=place.id,
            original_start=at.strftime("%Y-%m-%dT%H:%M"),
            starts_at=at,
            ends_at=ends,
            capacity=10,
            wheelchair_places=1,
        )
    )
    span = {"starts_at": at - timedelta(hours=5), "ends_at": at + timedelta(hours=5)}
    db.session.add(Shift(care_worker_id=cast.bo.person_id, **span))
    return scheme, occurrence


def give_card(story: Story, *, by: Actor | None = None) -> str:
    """Make Ellen's printed card with the PIN 4711 and return the secret in its code."""
    with acting_for(HOME):
        actor = by or story.cast.asta
        execute(make_key, actor, story.cast.ellen, pin=PIN, now=clock.now())
        return card_keys.token_of(card_keys.get_live_key(story.cast.ellen))


def book(story: Story) -> UUID:
    """Book Ellen's trip with Bo and return its id."""
    order = BookingOrder(
        story.cast.ellen, story.occurrence, Transport.STAFF_CAR, 10, story.cast.bo.person_id, "said"
    )
    with acting_for(HOME):
        return UUID(execute(book_trip, story.cast.bo, order, now=clock.now()))


def type_pin(client: FlaskClient, token: str, pin: str, slug: str = "lindeby") -> TestResponse:
    """Send a PIN for a printed code."""
    form = {"key": str(new_id()), "pin": pin}
    return client.post(f"/kort/{slug}/{token}", data=form)


def key_in(page: str) -> str:
    """Return the key of the first form on a page."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    if found is None:
        raise AssertionError("no form with a key")
    return found[1]


def audit_of_citizen() -> list[AuditLine]:
    """Return what is on record as done by citizens, in order."""
    with acting_for(HOME):
        found = select(AuditLine).filter_by(role=Role.CITIZEN).order_by(AuditLine.at, AuditLine.id)
        return list(db.session.scalars(found))
