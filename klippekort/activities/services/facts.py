"""What is told of an activity, what rule that makes, and whether it is ever held."""

from dataclasses import dataclass, replace
from datetime import date, time
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Timing
from klippekort.activities.services.series import rule_of
from klippekort.domain.errors import DomainError
from klippekort.domain.recurrence import Repeats, WhyNever, count_through, why_never
from klippekort.platform.ids import new_id

MOST_DATES = 1000
CORRECTED = frozenset(
    (
        "language",
        "bring",
        "online_url",
        "smallest",
        "sign_up_hours",
        "insurance_class",
        "confirm_by",
    )
)
"""What may be corrected of an activity besides its text and prices."""


@dataclass
class NeverHeld(DomainError):
    """The rule has no date at all, for this reason."""

    why: WhyNever


class TooManyDates(DomainError):
    """The rule has more dates than anybody plans, through its last day."""


@dataclass(frozen=True)
class ActivityFacts:
    """What an activity is. Times are Danish wall clock, prices in øre, `last_on` inclusive.

    `latitude` and `longitude` are both degrees, or both None where nobody has said. `place_id` is a
    place that is known; without it the place is found by its name, and added where there is none.
    Online, with an `online_url` and no name, there is no place. `weekdays`, `nth` and `every` are
    those of `domain.recurrence`, `sign_up_hours` is how long before a date sign-up ends.
    """

    title: str
    kind: str
    description: str
    place: str
    address: str
    postcode: str | None
    town: str | None
    access: tuple[str, ...]
    price_oere: int
    helper_price_oere: int
    capacity: int
    wheelchair_places: int
    repeats: Repeats
    first_on: date
    starts: time
    ends: time
    last_on: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    place_id: UUID | None = None
    every: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    on_holidays: str = "held"
    skipped: tuple[date, ...] = ()
    language: str = "da"
    bring: str = ""
    online_url: str | None = None
    smallest: int | None = None
    sign_up_hours: int = 0
    insurance_class: str = "unsaid"
    confirm_by: date | None = None


# What is said of the activity itself, and what of when and where it is held.
SAID = (
    "title",
    "kind",
    "description",
    "price_oere",
    "helper_price_oere",
    "language",
    "bring",
    "online_url",
    "smallest",
    "sign_up_hours",
    "insurance_class",
    "confirm_by",
)


def facts_of(activity: Activity) -> ActivityFacts:
    """Return what an activity is as files tell it: as it was first posted, and corrected since."""
    timing = activity.first
    place = timing.place
    return ActivityFacts(
        activity.title,
        activity.kind,
        activity.description,
        place.name if place else "",
        place.address if place else "",
        place.postcode if place else None,
        place.town if place else None,
        tuple(place.access) if place else (),
        activity.price_oere,
        activity.helper_price_oere,
        timing.capacity,
        timing.wheelchair_places,
        Repeats(timing.repeats),
        timing.from_on,
        timing.starts,
        timing.ends,
        timing.last_on,
        place.latitude if place else None,
        place.longitude if place else None,
    )


def whole_facts_of(activity: Activity) -> ActivityFacts:
    """Return all that an activity is, as it is held in the end."""
    timing = activity.timing
    said = {name: getattr(activity, name) for name in SAID}
    return replace(
        facts_of(activity),
        **said,
        place_id=timing.place_id,
        capacity=timing.capacity,
        wheelchair_places=timing.wheelchair_places,
        repeats=Repeats(timing.repeats),
        first_on=timing.from_on,
        starts=timing.starts,
        ends=timing.ends,
        last_on=timing.last_on,
        every=timing.every,
        weekdays=tuple(timing.weekdays),
        nth=timing.nth,
        on_holidays=timing.on_holidays,
        skipped=tuple(map(date.fromisoformat, timing.skipped)),
    )


def timing_of(activity_id: UUID, facts: ActivityFacts, place_id: UUID | None) -> Timing:
    """Return when and where an activity is held from its first day on, as a new row."""
    own_weekday = [facts.first_on.weekday()] if facts.repeats is Repeats.WEEKLY else []
    return Timing(
        activity_id=activity_id,
        from_on=facts.first_on,
        repeats=facts.repeats.value,
        every=facts.every,
        weekdays=list(facts.weekdays) or own_weekday,
        nth=facts.nth,
        starts=facts.starts,
        ends=facts.ends,
        last_on=facts.last_on,
        on_holidays=facts.on_holidays,
        skipped=[day.isoformat() for day in facts.skipped],
        capacity=facts.capacity,
        wheelchair_places=facts.wheelchair_places,
        place_id=place_id,
    )


def check_held(facts: ActivityFacts) -> None:
    """Return quietly when a rule has dates, and not too many. Raises NeverHeld, TooManyDates."""
    closed = queries.closed_days([facts.place_id])
    rule = rule_of(timing_of(new_id(), facts, facts.place_id), closed)
    why = why_never(rule)
    if why is not None:
        raise NeverHeld(why)
    if rule.last_on is not None and count_through((rule,), rule.last_on, MOST_DATES) > MOST_DATES:
        raise TooManyDates
