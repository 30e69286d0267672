"""A date that is full, people who wait for it, and what they are offered."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence, Place, Timing
from klippekort.activities.queries import get_occurrence_facts
from klippekort.domain.calendar import instant
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.card_keys import get_live_key, token_of
from klippekort.punchcards.queries.cards import find_open_card, state_of
from klippekort.punchcards.services.card_keys import make_key
from klippekort.trips.models import Trip
from klippekort.waiting.models import TripOffer, TurnSheet, Wish
from klippekort.waiting.queries.offers import OfferRow, open_offers
from klippekort.waiting.services.wishes import join_line
from tests.builders import MONDAY, a_card, a_scheme, a_shift, an_occurrence
from tests.cast import HOME, Cast, make_citizen

Found = TypeVar("Found")

THURSDAY = date(2026, 11, 26)
SONG_AT = MONDAY + timedelta(days=3, hours=3)


def run(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a service for Lindeby, in a transaction of its own."""
    with acting_for(HOME):
        return execute(service, *args, **kwargs)


def here(read: Callable[..., Found], *args: Any, **kwargs: Any) -> Found:
    """Read something of Lindeby's as it is now."""
    with acting_for(HOME):
        db.session.rollback()
        found = read(*args, **kwargs)
        db.session.expunge_all()  # what was read stays as it was read
        return found


def a_full_date(cast: Cast, capacity: int = 1) -> UUID:
    """Return a song on Thursday at eleven with no seat left; both helpers are at work that day."""
    song = an_occurrence(SONG_AT, title="Sang", kind="music", capacity=capacity)
    for worker in (cast.bo, cast.mia):
        a_shift(worker, THURSDAY)
    fill(song)
    return song


def fill(occurrence_id: UUID) -> None:
    """Let guests who come by themselves take every seat."""

    def take() -> None:
        row = db.session.scalars(select(Occurrence).filter_by(id=occurrence_id)).one()
        row.seats_taken = row.capacity

    run(take)


def a_series(days: list[date], *, at: int = 14, capacity: int = 10, kind: str = "meal") -> UUID:
    """Approve an activity held on these days at a whole hour, an hour long; return its id."""

    def add() -> str:
        activity, place = new_id(), new_id()
        db.session.add(Place(id=place, name="Torvet", address="Torvet 2", postcode="4681"))
        db.session.add(
            Activity(
                id=activity,
                title="Caféen",
                kind=kind,
                state="published",
                proposed_at=MONDAY,
            )
        )
        db.session.flush()
        db.session.add(
            Timing(
                activity_id=activity,
                from_on=days[0],
                repeats="weekly",
                weekdays=[days[0].weekday()],
                starts=time(at),
                ends=time(at + 1),
                capacity=capacity,
                wheelchair_places=capacity,
                place_id=place,
            )
        )
        for day in days:
            db.session.add(
                Occurrence(
                    activity_id=activity,
                    place_id=place,
                    original_start=f"{day}T{at}:00",
                    starts_at=instant(day, time(at)),
                    ends_at=instant(day, time(at + 1)),
                    capacity=capacity,
                    wheelchair_places=capacity,
                )
            )
        return str(activity)

    return UUID(run(add))


def a_seat_comes_free(song: UUID) -> None:
    """Take one seat back from a guest who came by herself."""

    def free() -> None:
        db.session.scalars(select(Occurrence).filter_by(id=song)).one().seats_taken -= 1

    run(free)


def cards_for(cast: Cast, *citizens: UUID) -> None:
    """Give each of these citizens a card with five hours."""
    scheme = a_scheme()
    for citizen in citizens:
        a_card(cast, citizen, scheme_id=scheme)


def a_neighbour(cast: Cast, first: str) -> UUID:
    """Add another citizen in the north."""
    return UUID(str(run(make_citizen, first, "Nabo", supplier=cast.supplier, district=cast.north)))


def waits(actor: Actor, citizen: UUID, song: UUID, now: datetime = MONDAY) -> UUID:
    """Put a citizen in the line and return the wish."""
    return UUID(run(join_line, actor, citizen, song, now=now))


def wish(wish_id: UUID) -> Wish:
    """Return a wish as it is now."""

    def read() -> Wish:
        return db.session.scalars(select(Wish).filter_by(id=wish_id)).one()

    found: Wish = here(read)
    return found


def the_offer(actor: Actor, now: datetime = MONDAY) -> OfferRow:
    """Return the one open offer."""
    found: list[OfferRow] = here(open_offers, actor, now.date())
    assert len(found) == 1
    return found[0]


def all_offers() -> list[TripOffer]:
    """Return every offer there ever was, the first first."""
    found: list[TripOffer] = here(
        lambda: list(db.session.scalars(select(TripOffer).order_by(TripOffer.id)))
    )
    return found


def sheets() -> list[TurnSheet]:
    """Return the sheets that were kept, the first first."""
    found: list[TurnSheet] = here(
        lambda: list(db.session.scalars(select(TurnSheet).order_by(TurnSheet.id)))
    )
    return found


def state_of_trip(trip_id: UUID) -> str:
    """Return the state of a trip as it is now."""
    found: str = here(
        lambda: db.session.scalars(select(Trip.state).where(Trip.id == trip_id)).one()
    )
    return found


def seats_left(song: UUID) -> int:
    """Return how many seats are left at a date."""
    left: int = here(lambda: get_occurrence_facts(song).seats_left)
    return left


def held_for(citizen: UUID) -> int:
    """Return the minutes of a citizen's card that are set aside."""

    def read() -> int:
        card = find_open_card(citizen)
        assert card is not None
        return state_of(card).held()

    held: int = here(read)
    return held


def own_card(cast: Cast, citizen_id: UUID, pin: str) -> str:
    """Print a citizen's card with a PIN of her own, and return what its code opens."""
    run(make_key, cast.asta, citizen_id, pin=pin, now=MONDAY)
    return str(here(lambda: token_of(get_live_key(citizen_id))))
