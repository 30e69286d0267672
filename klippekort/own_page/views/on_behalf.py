"""A trip as whoever acts for the citizen reads it: by both clocks, and never "you" for her."""

from dataclasses import dataclass
from datetime import datetime

from klippekort.domain.calendar import local_day
from klippekort.domain.trips import Company, Transport
from klippekort.platform.i18n import _l
from klippekort.punchcards.views.visiting import Visit
from klippekort.relatives.queries.relatives import zone_of
from klippekort.relatives.views.clocks import at_both_times, both_moments
from klippekort.trips.queries.trips import TripRow
from klippekort.trips.views.offer_words import price_words
from klippekort.trips.views.seen_by_citizen import TripSeen
from klippekort.waiting.views.words import until_words

_WAYS = {
    Transport.WALK: _l("They walk there together"),
    Transport.STAFF_CAR: _l("They drive in the home care's car"),
    Transport.TAXI: _l("They take a taxi"),
    Transport.FLEX: _l("They go with Flextrafik"),
    Transport.WHEELCHAIR_BUS: _l("They go by wheelchair bus"),
    Transport.UNKNOWN: _l("The helper knows the way"),
}
_OWN_WAYS = {
    Company.RELATIVE: _l("Together with a relative"),
    Company.FRIEND: _l("Together with a go-along friend"),
    Company.FLEX: _l("By Flextrafik, without a helper"),
    Company.ALONE: _l("By oneself"),
}


@dataclass(frozen=True)
class TripTold:
    """What is told in other words; the hours are by both clocks, and `price` None is not known."""

    fetched_at: str
    home_at: str
    way: str
    price: str | None


def clock_of(visit: Visit) -> str | None:
    """Return the name of the clock that whoever acts for the citizen lives by; None for herself."""
    return zone_of(visit.visitor.account_id) if visit.is_on_behalf else None


def trip_told(row: TripRow, seen: TripSeen, zone: str | None) -> TripTold | None:
    """Return what of a trip is told in other words, or None to the citizen herself."""
    if zone is None:
        return None
    return TripTold(
        fetched_at=at_both_times(row.starts_at, zone),
        home_at=at_both_times(row.ends_at, zone),
        way=str(_OWN_WAYS.get(row.company) or _WAYS[Transport(row.transport)]),
        price=None if seen.price_oere is None else price_words(seen.price_oere),
    )


def until_told(at: datetime, zone: str | None, now: datetime) -> str:
    """Return by when an answer is needed; by both clocks to whoever acts for her."""
    today = local_day(now)
    return until_words(at, today) if zone is None else both_moments(at, zone, today)
