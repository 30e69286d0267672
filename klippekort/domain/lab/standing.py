"""A life as it would be with a standing wish: a trip every so often, in weeks that have none.

A standing wish takes only what would else be left: a trip that was really made is never refused,
and never paid otherwise, because of one. A wish that stands in the way of one is given up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from klippekort.domain.calendar import COPENHAGEN, ONE_DAY, is_public_holiday, monday
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.life import ACCEPTED
from klippekort.domain.lab.replay import replay
from klippekort.domain.lab.town import Days, History, TownResult, total
from klippekort.domain.ledger import EntryKind
from klippekort.domain.schemes import SchemeFile, Span, Terms
from klippekort.domain.spans import latest_before
from klippekort.domain.wishes import later

_STARTS, _ORDERED = time(14), time(9)
# From the middle of the week outwards, where a holiday or a stay away takes the day before it.
_WEEKDAYS = (2, 3, 1, 4, 0)
_AT_LEAST_AHEAD = timedelta(days=2)
_PAID = (EntryKind.SPEND, EntryKind.FORFEIT, EntryKind.WAIVE)


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

    They lie on a weekday afternoon of the counted days, at most one every so many weeks and none in
    a week that has a trip already, while the card runs and the citizen is not away, and are
    ordered as long before as the scheme's notice asks. What the rules refuse is not made. What was
    lived through keeps its lines; the added ones come after them.
    """
    trips = [event for event in history.events if event.event is Happening.TRIP]
    wished = list(_wishes(history.events, scheme.terms, every_weeks, minutes, days))
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
    events: Sequence[Event], terms: Terms, every_weeks: int, minutes: int, days: Days
) -> Iterator[_Wished]:
    taken = {monday(event.on) for event in events if event.event is Happening.TRIP}
    runs = list(_runs(events))
    away = [event for event in events if event.event in (Happening.ABSENCE, Happening.PAUSE)]
    line = max((event.line for event in events), default=1) + 1
    week = monday(days.from_on)
    while week <= days.until_on:
        if week not in taken:
            found = _in_week(week, terms, days, runs, away)
            if found is not None:
                yield _wished(line, *found, minutes)
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
    week: date, terms: Terms, days: Days, runs: Sequence[_Run], away: Sequence[Event]
) -> tuple[str, datetime, datetime] | None:
    """Return the card, the start and the order of a wished trip of a week, or None without one."""
    for weekday in _WEEKDAYS:
        day = week + timedelta(days=weekday)
        if day not in days or is_public_holiday(day) or _is_away(away, day):
            continue
        start = datetime.combine(day, _STARTS, COPENHAGEN)
        ordered = _ordered(terms, start)
        for run in runs:
            runs_then = run.until_on is None or day <= run.until_on
            if run.from_on <= ordered.date() and runs_then:
                return run.card, start, ordered
    return None


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
