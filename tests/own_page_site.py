"""Something on each of a citizen's own pages: a trip with a face, a letter, her cookies."""

from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from klippekort.activities.models import Occurrence
from klippekort.activities.services import remake
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Actor
from klippekort.domain.trips import Transport
from klippekort.operations import demo
from klippekort.own_page.services.portraits import put_portrait
from klippekort.own_page.services.requests import ask_on_paper
from klippekort.platform import clock
from klippekort.platform.audit import audit_write
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.punchcards.services.card_keys import open_own_page, vouch
from klippekort.trips.models import Trip, TripEscort
from klippekort.trips.services.booking import BookingOrder, book_trip

# What a one-time code opens, besides the card.
BEHIND_A_CODE = (
    "own_page.looks",
    "own_page.data",
    "own_page.data_chapter",
    "own_page.devices",
    "own_page.told",
    "own_page.add_relative",
)


def own_cookies(endpoint: str) -> dict[str, str]:
    """Open the demo's printed card, and return what her browser keeps."""
    card, now = demo.citizen_card(), clock.now()
    secret = open_own_page(card.token, card.pin, now=now).secret or ""
    if endpoint in BEHIND_A_CODE:
        audit_write(vouch, secret, now + timedelta(minutes=15))
    return {"card": secret}


def book_for(coordinator: Actor, citizen_id: UUID) -> UUID:
    """Book a trip that fits a citizen's card, with the helper still to be found."""
    now = clock.now()
    ahead = select(Occurrence.id, Occurrence.starts_at).where(
        Occurrence.starts_at > now + timedelta(days=2), Occurrence.cancelled_at.is_(None)
    )
    for occurrence_id, starts_at in db.session.execute(ahead.order_by(Occurrence.starts_at)).all():
        order = BookingOrder(
            citizen_id,
            occurrence_id,
            Transport.WALK,
            10,
            None,
            "said",
            escort_by=starts_at - timedelta(days=1),
        )
        with suppress(DomainError):
            return UUID(execute(book_trip, coordinator, order, now=now))
    raise AssertionError("nothing in the demo fits her card")


def trip_and_letter(
    coordinator: Actor, worker: Actor, citizen_id: UUID
) -> dict[str, tuple[str, ...]]:
    """Give whoever has the demo's card a trip with a helper who shows her face, and let her have
    asked for a letter; return the values of the addresses.
    """
    trip_id, now = book_for(coordinator, citizen_id), clock.now()
    drawn = BytesIO()
    Image.new("RGB", (40, 40), "#0b5a5a").save(drawn, "JPEG")
    execute(put_portrait, worker, remake(drawn.getvalue()), now=now)
    execute(ask_on_paper, coordinator, citizen_id, "data", now=now)
    execute(_send_along, trip_id, worker.person_id)
    return {
        "own_page.cancel:trip_id": (str(trip_id),),
        "own_page.face:care_worker_id": (str(worker.person_id),),
        "going_to": ("set",),
        "chapter": ("om", "ture"),
    }


def _send_along(trip_id: UUID, care_worker_id: UUID) -> None:
    trip = db.session.scalars(select(Trip).filter_by(id=trip_id)).one()
    span = {"starts_at": trip.starts_at, "ends_at": trip.ends_at}
    held = (
        select(TripEscort)
        .filter_by(care_worker_id=care_worker_id, is_active=True)
        .where(TripEscort.starts_at < trip.ends_at, TripEscort.ends_at > trip.starts_at)
    )
    for other in db.session.scalars(held):  # whoever comes along with her goes with nobody else
        other.is_active = False
    db.session.flush()
    db.session.add(TripEscort(trip_id=trip_id, care_worker_id=care_worker_id, **span))
