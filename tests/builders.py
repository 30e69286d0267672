"""Small makers of what most tests need: a scheme, a card with time on it, a date to go to, a shift.

All act for Lindeby, through the services where there are some. Times are aware instants.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from klippekort.accounts.models import Shift
from klippekort.activities.models import Activity, Occurrence, Place, Timing
from klippekort.domain.calendar import instant, local
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes import (
    Allowance,
    AtCap,
    AtEnd,
    Band,
    Basis,
    Cancelled,
    Cancelling,
    Cap,
    Charge,
    Charging,
    CountedFrom,
    Ending,
    Expenses,
    Expiry,
    FirstPeriod,
    Money,
    Pause,
    Pauses,
    Payer,
    Saving,
    Setting,
    Span,
    Terms,
    Travel,
    Unit,
)
from klippekort.domain.trips import Transport
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.cards import grant_card
from klippekort.punchcards.services.schemes import create_scheme
from klippekort.trips.services.booking import BookingOrder, book_trip
from tests.cast import HOME, Cast

MONDAY = instant(date(2026, 11, 23), time(8))

_FREE = Cancelled(Charge.FREE)
DECIDED = Terms(
    minutes_per_punch=30,
    allowance=Allowance(
        minutes=30, counted_from=CountedFrom.ISO_WEEK, first=FirstPeriod.GRANT_PERIOD
    ),
    saving=Saving({"most": Cap(minutes=600, at_cap=AtCap.REFUSE)}),
    expiry=Expiry(rolling=(Span(8, Unit.WEEKS),)),
    pauses=Pauses(any=Pause(accrues=True, usable=True, extends_expiry=False)),
    charging=Charging(basis=Basis.ACTUAL, travel=Travel.COUNTS, second_helper=1.0),
    cancelling=Cancelling(
        citizen=Cancelled(Charge.FREE, {"late": Band(Span(24, Unit.HOURS), Charge.FULL)}),
        supplier=_FREE,
        host=_FREE,
        weather=_FREE,
        infection=_FREE,
        broken_off=Charge.ACTUAL,
    ),
    money=Money(helper=Expenses(Payer.CITIZEN, Payer.CITIZEN, Payer.CITIZEN)),
    ending=Ending(death=AtEnd.LAPSE, moved=AtEnd.LAPSE, care_home=AtEnd.LAPSE),
)


def a_scheme(terms: Terms = DECIDED, *, name: str = "Klippekort", now: datetime = MONDAY) -> UUID:
    """Begin a scheme long before `now` and return its id."""
    coordinator = Actor(HOME, Role.COORDINATOR, display_name="Karen Kjær")
    with acting_for(HOME):
        made = execute(
            create_scheme,
            coordinator,
            name=name,
            setting=Setting.OWN_HOME,
            terms=terms,
            from_on=date(2026, 1, 1),
            now=now,
        )
    return UUID(made)


def a_card(
    cast: Cast,
    citizen_id: UUID,
    minutes: int = 300,
    *,
    terms: Terms = DECIDED,
    scheme_id: UUID | None = None,
    rate: int | None = 0,
    now: datetime = MONDAY,
) -> UUID:
    """Give a citizen a card with `minutes` on it, in two lots of which one lapses sooner.

    `rate` is the minutes each period brings: none unless a test asks, None for the scheme's own.
    """
    scheme_id = scheme_id or a_scheme(terms, now=now)
    today = local(now).date()
    soon, late = minutes // 3, minutes - minutes // 3
    lots = [
        OpeningLot(part, today, today + timedelta(days=days))
        for part, days in ((soon, 21), (late, 42))
        if part
    ]
    with acting_for(HOME):
        card_id = UUID(
            execute(
                grant_card,
                cast.asta,
                citizen_id,
                scheme_id,
                from_on=today,
                minutes=rate,
                now=now,
            )
        )
        execute(carry_over, cast.asta, card_id, lots, now=now)
    return card_id


def an_occurrence(
    starts_at: datetime,
    *,
    minutes: int = 90,
    title: str = "Kortspil",
    kind: str = "games",
    capacity: int = 10,
    wheelchair_places: int | None = None,
    price_oere: int = 3500,
    postcode: str = "4681",
    sign_up_hours: int = 0,
) -> UUID:
    """Publish an activity with one date and return the date's id; any seat takes a wheelchair."""
    if wheelchair_places is None:
        wheelchair_places = capacity

    def add() -> str:
        activity, place, occurrence = new_id(), new_id(), new_id()
        began = local(starts_at)
        ends_at = starts_at + timedelta(minutes=minutes)
        db.session.add(
            Place(id=place, name="Medborgerhuset", address="Torvet 1", postcode=postcode)
        )
        db.session.add(
            Activity(
                id=activity,
                title=title,
                kind=kind,
                price_oere=price_oere,
                sign_up_hours=sign_up_hours,
                state="published",
                proposed_at=starts_at - timedelta(days=30),
            )
        )
        db.session.flush()
        db.session.add(
            Timing(
                activity_id=activity,
                from_on=began.date(),
                repeats="once",
                starts=began.time(),
                ends=local(ends_at).time(),
                capacity=capacity,
                wheelchair_places=wheelchair_places,
                place_id=place,
            )
        )
        db.session.add(
            Occurrence(
                id=occurrence,
                activity_id=activity,
                place_id=place,
                original_start=began.strftime("%Y-%m-%dT%H:%M"),
                starts_at=starts_at,
                ends_at=ends_at,
                capacity=capacity,
                wheelchair_places=wheelchair_places,
            )
        )
        return str(occurrence)

    with acting_for(HOME):
        return UUID(execute(add))


def a_shift(worker: Actor, day: date, *, begins: int = 7, ends: int = 16) -> None:
    """Put a care worker to work on a Danish day, between two whole hours."""

    def add() -> None:
        db.session.add(
            Shift(
                care_worker_id=worker.person_id,
                starts_at=instant(day, time(begins)),
                ends_at=instant(day, time(ends)),
            )
        )

    with acting_for(HOME):
        execute(add)


def an_order(
    citizen_id: UUID, occurrence_id: UUID, escort: Actor | None = None, *, each_way: int = 10
) -> BookingOrder:
    """Return an order for a trip on foot; `each_way` is minutes."""
    escort_id = escort.person_id if escort else None
    order = BookingOrder(citizen_id, occurrence_id, Transport.WALK, each_way, None, "said")
    return replace(order, escort_id=escort_id)


def a_trip(
    actor: Actor,
    citizen_id: UUID,
    occurrence_id: UUID,
    escort: Actor | None = None,
    *,
    now: datetime = MONDAY,
) -> UUID:
    """Book a trip and return its id."""
    with acting_for(HOME):
        return UUID(execute(book_trip, actor, an_order(citizen_id, occurrence_id, escort), now=now))
