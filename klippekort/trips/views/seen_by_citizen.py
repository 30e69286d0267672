"""What a citizen is shown of her card and her trips, in words, wherever she is shown it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from klippekort.activities.queries import OccurrenceFacts, facts_of_dates
from klippekort.domain.calendar import local_day
from klippekort.domain.ledger import CardState
from klippekort.domain.schemes import Terms, terms_on
from klippekort.domain.trips import Company, Transport
from klippekort.platform.formatting import clock_time, day, duration, kroner
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.queries.cards import list_cards_of, spent_since
from klippekort.punchcards.views.picture import (
    HOLES_FOR,
    in_punches,
    is_course,
    lapses_of,
    next_lapse,
    picture_of,
)
from klippekort.trips.queries.offers import purse_of
from klippekort.trips.queries.trips import TripRow
from klippekort.trips.queries.volunteers import TripVolunteer, volunteers_on
from klippekort.trips.views.company_words import own_way_words
from klippekort.trips.views.volunteer_words import named

MOST_LAPSES = 4
WAYS = {
    Transport.WALK: _l("You walk there together"),
    Transport.STAFF_CAR: _l("You drive in the home care's car"),
    Transport.TAXI: _l("You take a taxi"),
    Transport.FLEX: _l("You go with Flextrafik"),
    Transport.WHEELCHAIR_BUS: _l("You go by wheelchair bus"),
    Transport.UNKNOWN: _l("The helper knows the way"),
}


@dataclass(frozen=True)
class CardSeen:
    """A card as its owner sees it: the picture, and in words what is left, held and lapsing.

    `later` says what lapses after that, the soonest first. A card that `is_course` counts no
    minutes.
    """

    picture: Any
    word: str
    punches_left: str
    time_left: str
    held: str | None
    lapse: str
    later: tuple[str, ...] = ()
    is_course: bool = False


@dataclass(frozen=True)
class TripSeen:
    """A trip as the one who goes sees it; what is None is not known. `price_oere` is hers to pay.

    On her own way (`is_own_way`) nobody of ours fetches her or comes along.
    """

    title: str
    place: str | None
    address: str | None
    day: str
    fetched_at: str
    home_at: str
    who: str | None
    way: str
    price: str | None
    is_own_way: bool = False
    volunteers: str = ""
    bring: str = ""
    price_oere: int | None = None


def cards_seen(citizen: Any, now: datetime) -> list[CardSeen]:
    """Return all the citizen's cards that run today in words, first the one that pays unless
    another is named.
    """
    running = [card for card in list_cards_of(citizen.id) if card.closed_on is None]
    found = [card_seen(citizen, now, card) for card in running]
    return [seen for seen in found if seen is not None]


def card_seen(citizen: Any, now: datetime, card: Any = None) -> CardSeen | None:
    """Return the citizen's open card, or the one that is named, in words; None when she has none
    that runs today.
    """
    purse = purse_of(citizen, now, card)
    today = local_day(now)
    terms = terms_on(purse.plan.versions, today) if purse else None
    if purse is None or terms is None:
        return None
    left, held = purse.state.available(today), purse.state.held()
    in_left = in_punches(left, terms)
    spent = spent_since(purse.card.id, today - HOLES_FOR)
    picture = picture_of(purse.state, terms, citizen.first_name, spent)
    return CardSeen(
        # The time stands in large type below the picture; inside it the words would have to shrink.
        picture=replace(picture, words_left=in_left),
        word=terms.words.card,
        punches_left=in_left,
        time_left=duration(left),
        held=in_punches(held, terms) if held else None,
        lapse=_lapse(purse.state, terms, today),
        later=tuple(
            str(
                _(
                    "You lose %(punches)s after %(day)s.",
                    punches=in_punches(one.minutes, terms),
                    day=day(one.last_on, today),
                )
            )
            for one in lapses_of(purse.state, today)[1:MOST_LAPSES]
        ),
        is_course=is_course(terms),
    )


def _lapse(state: CardState, terms: Terms, today: date) -> str:
    """Return what is lost next, and after which day; nothing for an empty card."""
    lapse = next_lapse(state, today)
    if lapse is not None:
        words = in_punches(lapse.minutes, terms)
        return str(
            _("You lose %(punches)s after %(day)s.", punches=words, day=day(lapse.last_on, today))
        )
    return str(_("Your time does not run out.")) if state.available(today) else ""


def trip_seen(trip: TripRow, today: date) -> TripSeen:
    """Return a booked trip in words."""
    return trips_seen([trip], today)[0]


def trips_seen(trips: Sequence[TripRow], today: date) -> list[TripSeen]:
    """Return booked trips in words; however many they are, two statements tell all of them."""
    dates = facts_of_dates({trip.occurrence_id for trip in trips if trip.occurrence_id})
    volunteers = volunteers_on([trip.trip_id for trip in trips])
    return [
        _seen(
            trip,
            dates.get(trip.occurrence_id) if trip.occurrence_id else None,
            [one for one in volunteers[trip.trip_id] if one.citizen_id == trip.citizen_id],
            today,
        )
        for trip in trips
    ]


def _seen(
    trip: TripRow,
    occurrence: OccurrenceFacts | None,
    volunteers: Sequence[TripVolunteer],
    today: date,
) -> TripSeen:
    return TripSeen(
        title=occurrence.title if occurrence else trip.destination,
        place=occurrence.place if occurrence else None,
        address=_address(occurrence),
        day=day(trip.starts_at, today),
        fetched_at=clock_time(trip.starts_at),
        home_at=clock_time(trip.ends_at),
        who=_who(trip, today),
        way=own_way_words(trip.company) or str(WAYS[Transport(trip.transport)]),
        price=_price(occurrence),
        price_oere=occurrence.price_oere if occurrence else None,
        is_own_way=trip.company is not Company.ESCORT,
        volunteers=named(volunteers),
        bring=occurrence.bring if occurrence else "",
    )


def _who(trip: TripRow, today: date) -> str | None:
    """Return who comes along, or when she is told; None where nothing is known, or nobody does."""
    if not trip.lacks_escort or trip.escort_by is None:
        return trip.escort_name
    told = _("We will tell you who comes by %(day)s", day=day(trip.escort_by, today))
    if trip.escort_name is None:
        return str(told)
    return str(_("%(name)s, and one more. %(told)s", name=trip.escort_name, told=told))


def proposal_seen(
    occurrence: OccurrenceFacts,
    span: tuple[datetime, datetime],
    transport: Transport,
    who: str | None,
    today: date,
) -> TripSeen:
    """Return a trip that is only proposed in words."""
    return TripSeen(
        title=occurrence.title,
        place=occurrence.place,
        address=_address(occurrence),
        day=day(span[0], today),
        fetched_at=clock_time(span[0]),
        home_at=clock_time(span[1]),
        who=who,
        way=str(WAYS[transport]),
        price=_price(occurrence),
        price_oere=occurrence.price_oere if occurrence else None,
    )


def _address(occurrence: OccurrenceFacts | None) -> str | None:
    if occurrence is None or not occurrence.address or occurrence.address == occurrence.place:
        return None
    return str(occurrence.address)


def _price(occurrence: OccurrenceFacts | None) -> str | None:
    if occurrence is None:
        return None
    if not occurrence.price_oere:
        return str(_("It is free"))
    return str(_("%(price)s for you", price=kroner(occurrence.price_oere)))
