"""What is wrong between the lines of a table of events, each of which is fine by itself."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date

from klippekort.domain.lab.events import Event, Happening, LineFault, Why

OF_TRIPS = (
    Happening.DONE,
    Happening.NO_SHOW,
    Happening.CANCEL,
    Happening.BROKEN_OFF,
    Happening.WASTED_VISIT,
)
# These happen on the trip's own day; only a cancellation may come before.
_MADE_OR_NOT = tuple(kind for kind in OF_TRIPS if kind is not Happening.CANCEL)
_AFTER_GRANT = frozenset(
    {
        Happening.DECLINE,
        Happening.END,
        Happening.APPROVE,
        Happening.PLANNING,
        Happening.ADJUST,
        Happening.AGREEMENT,
        Happening.AGREEMENT_CHANGE,
    }
)


def disagreements(
    events: list[Event], unread: Sequence[Mapping[str, str]] = ()
) -> Iterator[LineFault]:
    """Yield what lines say that other lines do not allow. Lines that could not be read, given as
    their cells, may be those that allow it.
    """
    maybe_trips = {
        cells.get("ref", "") for cells in unread if cells.get("event") not in set(OF_TRIPS)
    }
    maybe_granted = any(cells.get("event") == Happening.GRANT for cells in unread)
    trips: dict[str, Event] = {}
    granted: dict[str, date] = {}
    reasons: dict[str, set[str]] = {}
    for event in events:
        if event.event is Happening.TRIP and event.ref:
            if event.ref in trips:
                hint = str(trips[event.ref].line)
                yield LineFault(event.line, "ref", Why.TWICE, event.ref, hint)
            trips.setdefault(event.ref, event)
        if event.event is Happening.GRANT:
            granted[event.card] = min(granted.get(event.card, event.on), event.on)
            reasons.setdefault(event.card, set()).add(event.reason)
    for event in events:
        if event.event in OF_TRIPS:
            yield from _of_a_trip(event, trips, maybe_trips)
        if event.event in _AFTER_GRANT and not maybe_granted:
            yield from _granted_by_then(event, granted)
        known = reasons.get(event.card, set())
        if event.event is Happening.END and event.reason and known and event.reason not in known:
            hint = ", ".join(sorted(known - {""}))
            yield LineFault(event.line, "reason", Why.NO_SUCH_REASON, event.reason, hint)
    yield from _overlaps(events, Happening.ABSENCE, Why.OVERLAPS)
    yield from _overlaps(events, Happening.PAUSE, Why.OVERLAPS_PAUSE)


def _of_a_trip(
    event: Event, trips: Mapping[str, Event], maybe_trips: Container[str]
) -> Iterator[LineFault]:
    trip = trips.get(event.ref)
    if trip is None and event.ref not in maybe_trips:
        yield LineFault(event.line, "ref", Why.NO_SUCH_TRIP, event.ref)
    elif trip is not None and event.event in _MADE_OR_NOT and event.on < trip.on:
        said, day = event.on.isoformat(), trip.on.isoformat()
        yield LineFault(event.line, "at", Why.BEFORE_TRIP, said, day)


def _granted_by_then(event: Event, granted: dict[str, date]) -> Iterator[LineFault]:
    first = granted.get(event.card)
    if first is None and granted:
        why = Why.NO_SUCH_CARD if event.card else Why.WHICH_CARD
        yield LineFault(event.line, "card", why, event.card, ", ".join(sorted(granted)))
    elif first is None or event.on < first:
        yield LineFault(event.line, "at", Why.BEFORE_GRANT, event.on.isoformat(), str(first or ""))


def _overlaps(events: list[Event], kind: Happening, why: Why) -> Iterator[LineFault]:
    absences = [event for event in events if event.event is kind]
    absences.sort(key=lambda event: (event.on, event.line))
    open_until: Event | None = None  # the absence, among those before, that ends last
    for event in absences:
        if open_until is not None and (open_until.until is None or event.on <= open_until.until):
            first, second = sorted((event, open_until), key=lambda one: one.line)
            said = second.on.isoformat()
            yield LineFault(second.line, "at", why, said, str(first.line))
        if open_until is None or _end(event) > _end(open_until):
            open_until = event


def _end(absence: Event) -> date:
    return absence.until or date.max
