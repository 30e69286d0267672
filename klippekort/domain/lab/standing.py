"""A life as it would be with a standing wish: a trip every so often, in weeks that have none.

A standing wish takes only what would else be left: a trip that was really made is never refused,
and never paid otherwise, because of one. A wish that stands in the way of one is given up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from klippekort.domain.booking import broken_rule, window_on
from klippekort.domain.calendar import COPENHAGEN, ONE_DAY, is_public_holiday, monday
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.replay import replay
from klippekort.domain.lab.told import ACCEPTED
from klippekort.domain.lab.town import Days, History, TownResult, total
from klippekort.domain.ledger import EntryKind
from klippekort.domain.schemes import Day, SchemeFile, Span, Terms
from klippekort.domain.spans import latest_before
from klippekort.domain.wishes import TripWish, later

_ORDERED = time(9)
# From the middle of the week outwards, where a holiday or a stay away takes the day before it; the
# weekend only where the scheme names it.
_WEEKDAYS, _WEEKEND = (2, 3, 1, 4, 0), (5, 6)
# What says that a trip cannot lie there, whoever asks for it.
_NOT_THERE = ("weekday", "holiday", "hours")
_AT_LEAST_AHEAD = timedelta(days=2)
_NOON, _EVENING, _MIDNIGHT = 12 * 60, 17 * 60, 24 * 60
_PAID = (EntryKind.SPEND, EntryKind.FORFEIT, EntryKind.WAIVE)


@dataclass(frozen=True)
class _Part:
    """A part of the day in which a trip begins, and when most like to; minutes from midnight."""

    begins: int
    ends: int
    liked: int


_PARTS = {
    "any": _Part(0, _MIDNIGHT, 14 * 60),
    "morning": _Part(0, _NOON, 10 * 60),
    "afternoon": _Part(_NOON, _EVENING, 14 * 60),
    "evening": _Part(_EVENING, _MIDNIGHT, 18 * 60),
}


@dataclass(frozen=True)
class StandingWishes:
    """What everybody is taken to wish: a trip of so many minutes, door to door, every so many
    weeks.
    """

    every_weeks: int
    minutes: int


@dataclass(frozen=True)
class _Wished:
    """A trip a standing wish leads to: its order, and that it was made."""

    order: Event
    made: Event


_Footprint = tuple[str, str | None, int, tuple[int, ...]]


def with_standing_wishes(
    history: History, scheme: SchemeFile, *, every_weeks: int, minutes: int, days: Days
) -> History:
    """Return a life with the trips that a standing wish would have led to under `scheme`.

    They lie on counted days, at most one every so many weeks and none in a week that has a trip
    already, while the card runs and the citizen is not away; on a day and at a time the scheme's
    hours allow, in the part of the day the citizen likes, and are ordered as long before as the
    scheme's notice asks. What the rules refuse is not made. What was lived through keeps its lines;
    the added ones come after them.
    """
    trips = [event for event in history.events if event.event is Happening.TRIP]
    place = _Place(scheme.terms, minutes, _PARTS[history.day_part])
    wished = list(_wishes(history.events, place, every_weeks, days))
    if not wished:
        return history
    own = _footprints(scheme, history.events, days, trips)
    while wished:
        events = (*history.events, *_lines(wished))
        told = _footprints(scheme, events, days, [*trips, *(one.order for one in wished)])
        taken = [one for one in wished if told[one.order.line][0] == ACCEPTED]
        displaced = [trip for trip in trips if told[trip.line] != own[trip.line]]
        if not displaced:
            return replace(history, events=(*history.events, *_lines(taken)))
        wished = _given_up(taken, displaced)
    return history


def total_with_wishes(
    histories: Iterable[History], scheme: SchemeFile, wishes: StandingWishes, days: Days
) -> TownResult:
    """Return what would have come of these citizens under `scheme`, had all had a standing wish."""
    wished = (
        with_standing_wishes(
            history, scheme, every_weeks=wishes.every_weeks, minutes=wishes.minutes, days=days
        )
        for history in histories
    )
    return total(wished, scheme, days)


def _lines(wished: Iterable[_Wished]) -> Iterator[Event]:
    for one in wished:
        yield from (one.order, one.made)


def _no_other_terms(name: str) -> Terms:
    raise KeyError(name)


def _footprints(
    scheme: SchemeFile, events: Sequence[Event], days: Days, trips: Iterable[Event]
) -> dict[int, _Footprint]:
    """Return how trips were answered, and what was paid, forfeited and waived for them."""
    last = days.until_on
    answer = replay(scheme, events, [last], _no_other_terms, with_earliest=False)
    paid: dict[int, list[int]] = {}
    for said in answer.on[last].said:
        if said.code in _PAID and said.line:
            paid.setdefault(said.line, [0] * len(_PAID))[_PAID.index(EntryKind(said.code))] += (
                said.minutes
            )
    told = {result.line: result for result in answer.events}
    return {
        trip.line: (
            told[trip.line].outcome,
            told[trip.line].rule,
            told[trip.line].charged,
            tuple(paid.get(trip.line, ())),
        )
        for trip in trips
    }


def _given_up(taken: Sequence[_Wished], displaced: Sequence[Event]) -> list[_Wished]:
    """Return the wishes without the one nearest before each displaced trip."""
    kept = list(taken)
    for trip in displaced:
        before = [one for one in kept if one.order.ordered <= trip.at]
        if before:
            kept.remove(before[-1])
    return kept if len(kept) < len(taken) else []


def _wishes(
    events: Sequence[Event], place: "_Place", every_weeks: int, days: Days
) -> Iterator[_Wished]:
    taken = {monday(event.on) for event in events if event.event is Happening.TRIP}
    runs = list(_runs(events))
    away = [event for event in events if event.event in (Happening.ABSENCE, Happening.PAUSE)]
    line = max((event.line for event in events), default=1) + 1
    week = monday(days.from_on)
    while week <= days.until_on:
        if week not in taken:
            found = _in_week(week, place, days, runs, away)
            if found is not None:
                yield _wished(line, *found, place.minutes)
                line += 2
        week += timedelta(weeks=every_weeks)


@dataclass(frozen=True)
class _Run:
    """The days a grant of a card runs, both inclusive."""

    card: str
    from_on: date
    until_on: date | None


def _runs(events: Sequence[Event]) -> Iterator[_Run]:
    ends = [event for event in events if event.event in (Happening.END, Happening.DECLINE)]
    for grant in events:
        if grant.event is not Happening.GRANT:
            continue
        last = [
            end.on - ONE_DAY
            for end in ends
            if end.card == grant.card and end.reason in ("", grant.reason) and end.on >= grant.on
        ]
        last += [grant.until] if grant.until else []
        yield _Run(grant.card, grant.on, min(last, default=None))


def _in_week(
    week: date, place: "_Place", days: Days, runs: Sequence[_Run], away: Sequence[Event]
) -> tuple[str, datetime, datetime] | None:
    """Return the card, the start and the order of a wished trip of a week, or None without one."""
    for weekday in place.weekdays:
        day = week + timedelta(days=weekday)
        if day not in days or is_public_holiday(day) or _is_away(away, day):
            continue
        start = place.start_on(day)
        if start is None:
            continue
        ordered = _ordered(place.terms, start)
        for run in runs:
            runs_then = run.until_on is None or day <= run.until_on
            if run.from_on <= ordered.date() and runs_then:
                return run.card, start, ordered
    return None


@dataclass(frozen=True)
class _Place:
    """Where in the week a trip of so many minutes can lie under some terms."""

    terms: Terms
    minutes: int
    part: _Part

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The weekdays to try, the best first; Monday is 0."""
        hours = self.terms.hours
        named = {name for window in hours.windows.values() for name in window.days}
        named |= set(hours.days) if isinstance(hours.days, tuple) else set()
        return _WEEKDAYS + tuple(n for n in _WEEKEND if tuple(Day)[n] in named)

    def start_on(self, day: date) -> datetime | None:
        """Return when the trip begins that day, as near what most like as may be, or None."""
        window = window_on(self.terms.hours, day)
        if window is None:
            return None
        first, last = self.part.begins, min(self.part.ends - 1, _MIDNIGHT - self.minutes)
        if isinstance(window.starts_from, time):
            first = max(first, _minutes(window.starts_from))
        if window.starts_by is not None:
            last = min(last, _minutes(window.starts_by))
        if isinstance(window.ends_by, time):
            last = min(last, _minutes(window.ends_by) - self.minutes)
        if last < first:
            return None
        at = min(max(self.part.liked, first), last)
        start = datetime.combine(day, time(at // 60, at % 60), COPENHAGEN)
        wish = TripWish(start, later(start, timedelta(minutes=self.minutes)), 0, start)
        return None if broken_rule(self.terms, wish) in _NOT_THERE else start


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _is_away(away: Sequence[Event], day: date) -> bool:
    return any(one.on <= day and (one.until is None or day <= one.until) for one in away)


def _ordered(terms: Terms, start: datetime) -> datetime:
    """Return when a trip is ordered so that every notice the scheme has decided is kept."""
    notice = terms.notice
    said = [*(limit.notice for limit in notice.by_length.values()), notice.saved_time]
    latest = [
        latest_before(start, span).date() - ONE_DAY for span in said if isinstance(span, Span)
    ]
    day = min([*latest, start.date() - _AT_LEAST_AHEAD])
    return datetime.combine(day, _ORDERED, COPENHAGEN)


def _wished(line: int, card: str, start: datetime, ordered: datetime, minutes: int) -> _Wished:
    ref, end = f"wish-{start.date().isoformat()}", later(start, timedelta(minutes=minutes))
    order = Event(
        line,
        Happening.TRIP,
        start,
        is_timed=True,
        ref=ref,
        minutes=minutes,
        ordered_at=ordered,
        card=card,
    )
    made = Event(line + 1, Happening.DONE, end, is_timed=True, ref=ref, minutes=minutes, card=card)
    return _Wished(order, made)
