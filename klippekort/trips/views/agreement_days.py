"""What the coming days of a standing agreement became, in words."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import instant
from klippekort.domain.wishes import TripWish
from klippekort.platform import clock
from klippekort.platform.formatting import full_day
from klippekort.trips.queries.offers import Purse, Weighed, purse_of
from klippekort.trips.queries.places import weigh_place
from klippekort.trips.views.words import refusal_words


def days_in_words(
    made: Any, person: Any, tried: Sequence[Any]
) -> list[tuple[str, UUID | None, str | None]]:
    """Return each day of an agreement that was tried: the trip, or why there is none as the card
    stands now, in the words that a booking has.
    """
    purse = purse_of(person, clock.now()) if any(one.refused_by for one in tried) else None
    return [
        (
            full_day(one.on),
            one.trip_id,
            _why(one.refused_by, one, _weighed(made, person, one, purse))
            if one.refused_by
            else None,
        )
        for one in tried
    ]


def _why(rule: str, one: Any, weighed: Weighed) -> str:
    earliest = weighed.earliest if weighed.refusal == rule else None
    return refusal_words(
        rule,
        clock.today(),
        weighed.terms,
        earliest=earliest,
        lacks=weighed.lacks,
        on=one.on,
        needs=weighed.needs,
    )


def _weighed(made: Any, person: Any, one: Any, purse: Purse | None) -> Weighed:
    now, way = clock.now(), timedelta(minutes=made.travel_each_way)
    starts_at = instant(one.on, made.starts)
    ends_at = starts_at + timedelta(minutes=made.minutes)
    wish = TripWish(starts_at - way, ends_at + way, 2 * made.travel_each_way, now, made.kind)
    return weigh_place(person, purse, wish, {}, now)
