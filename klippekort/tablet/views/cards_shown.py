"""A card as it is shown: what was planned, what the tablet said, and what is so now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import url_for

from klippekort.accounts.queries import names_of
from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.errors import NotFound, Stale, Undecided
from klippekort.domain.intents import IntentKind, Settlement
from klippekort.domain.permissions import Action, Actor, may
from klippekort.domain.trips import ACTIVE, MADE, Company, TripState, stopped
from klippekort.platform.formatting import clock_time, day, duration, moment
from klippekort.platform.i18n import _
from klippekort.tablet.queries.intents import IntentRow, changes_since
from klippekort.tablet.services.deeds import Book, Cancel, Deed, Finish, Happened, whom
from klippekort.tablet.services.refusals import error_of
from klippekort.tablet.services.settling import deed_of
from klippekort.tablet.views.words import KINDS, REASONS, SETTLED, refused_words, state_word
from klippekort.trips.forms.happenings import EFFECTS, INCIDENTS
from klippekort.trips.forms.keep import EACH, cancel_chips
from klippekort.trips.queries.trips import TripRow, get_trip, rows_of
from klippekort.trips.views.history_words import event_words, of_whom
from klippekort.trips.views.shown import first_names
from klippekort.trips.views.words import open_words

_NEEDS = {
    IntentKind.START: Action.KEEP_TRIP,
    IntentKind.FINISH: Action.KEEP_TRIP,
    IntentKind.HAPPENED: Action.KEEP_TRIP,
    IntentKind.RESUME: Action.KEEP_TRIP,
    IntentKind.CANCEL: Action.CANCEL_TRIP,
    IntentKind.BOOK: Action.BOOK_TRIP,
}
_STILL_POSSIBLE = {
    IntentKind.START: frozenset({TripState.BOOKED}),
    IntentKind.FINISH: ACTIVE,
    IntentKind.CANCEL: frozenset({TripState.BOOKED}),
    IntentKind.HAPPENED: frozenset(TripState),  # what happened is kept whatever became of the trip
    IntentKind.RESUME: frozenset({TripState.UNDER_WAY}),
}


@dataclass(frozen=True)
class CardLine:
    """A card as lists show it."""

    url: str
    title: str
    citizen: str | None
    helper: str
    told: str


@dataclass(frozen=True)
class CardShown:
    """A card in words. `sides` are rows: what, planned, what the tablet said, what is so now."""

    row: IntentRow
    title: str
    who: str | None
    helper: str
    said_at: str
    came_at: str
    clock: str | None
    why: str
    sides: list[tuple[str, str, str, str]]
    meanwhile: list[tuple[datetime, str]]
    trip_url: str | None
    is_possible: bool
    ways: tuple[Settlement, ...]
    settled: str | None


def lines(rows: Iterable[IntentRow]) -> list[CardLine]:
    """Return cards as lists show them."""
    kept = list(rows)
    helpers = names_of({row.account_id for row in kept})
    return [
        CardLine(
            url_for("tablet.card", intent_id=row.id),
            str(KINDS[IntentKind(row.kind)]),
            get_citizen(row.citizen_id).name if row.citizen_id else None,
            helpers.get(row.account_id, ""),
            moment(row.received_at),
        )
        for row in kept
    ]


def card_shown(row: IntentRow, actor: Actor) -> CardShown:
    """Return a card in words, and the ways to settle it that this person has."""
    kind = IntentKind(row.kind)
    deed = deed_of(row)
    trip = get_trip(row.trip_id, whom(deed)) if row.trip_id else None
    citizen_id = whom(deed) or row.citizen_id
    citizen = get_citizen(citizen_id) if citizen_id else None
    each = _told_of_each(deed, trip)
    is_possible = _is_possible(kind, deed, trip)
    names = names_of({row.account_id} | ({row.settled_by} if row.settled_by else set()))
    return CardShown(
        row,
        str(KINDS[kind]),
        " & ".join(one.citizen_name for one, _ in each) or (citizen.name if citizen else None),
        names.get(row.account_id, ""),
        moment(row.device_at),
        moment(row.received_at),
        _clock(row.clock_off_seconds),
        _why(row, trip),
        _sides(row, deed, trip, citizen, each),
        _meanwhile(row, trip),
        url_for("trips.trip", trip_id=trip.trip_id) if trip else None,
        is_possible,
        _ways(actor, kind, trip, is_possible=is_possible),
        _settled(row, names),
    )


def _is_possible(kind: IntentKind, deed: Deed, trip: TripRow | None) -> bool:
    """Say whether it can still be done as the tablet said; of several who are out together one may
    turn out to be missing, and only a trip that waits goes on.
    """
    if kind is IntentKind.BOOK:
        return trip is None
    if kind is IntentKind.RESUME and trip is not None and trip.paused_at is None:
        return False
    if isinstance(deed, Cancel) and trip is not None and trip.state is TripState.UNDER_WAY:
        return deed.citizen_id is not None and _may_be_missing(trip, deed)
    return trip is not None and trip.state in _STILL_POSSIBLE.get(kind, frozenset())


def _may_be_missing(trip: TripRow, deed: Cancel) -> bool:
    others = [one.state for one in rows_of(trip.trip_id) if one.citizen_id != trip.citizen_id]
    try:
        stopped(trip.state, deed.cause, others)
    except Stale:
        return False
    return True


def _ways(
    actor: Actor, kind: IntentKind, trip: TripRow | None, *, is_possible: bool
) -> tuple[Settlement, ...]:
    ways = [Settlement.KEEP]
    if is_possible and kind in _NEEDS and may(actor, _NEEDS[kind]):
        ways.insert(0, Settlement.TABLET)
    if trip is not None and trip.card_id is not None:
        ways.append(Settlement.BOTH)
    return tuple(ways)


def _clock(off: int | None) -> str | None:
    """Return a warning where the tablet's clock is wrong by more than it may be."""
    if off is None or abs(off) <= 300:
        return None
    minutes = duration(round(abs(off) / 60))
    if off > 0:
        return str(_("The tablet's clock was %(time)s ahead.", time=minutes))
    return str(_("The tablet's clock was %(time)s behind.", time=minutes))


def _why(row: IntentRow, trip: TripRow | None) -> str:
    if row.words == "refused":
        error = error_of(row.facts)
        if isinstance(error, Undecided):  # whoever reads the card answers it there
            return open_words(error.rule)
        return refused_words(row.facts)
    if row.words == "dearer":
        return str(_("The cancellation came late to us, and would cost the citizen time."))
    if trip is None:
        return str(_("It has changed meanwhile."))
    return str(_("A colleague has changed the trip meanwhile."))


def _told_of_each(deed: Deed, trip: TripRow | None) -> list[tuple[TripRow, str]]:
    """Return a trip as it stands for each of those something was said of at its end, and that."""
    told = dict(deed.each or ()) if isinstance(deed, Finish) else {}
    rows = rows_of(trip.trip_id) if trip and told else []
    return [(one, told[str(one.citizen_id)]) for one in rows if str(one.citizen_id) in told]


def _sides(
    row: IntentRow,
    deed: Deed,
    trip: TripRow | None,
    citizen: Any,
    each: list[tuple[TripRow, str]],
) -> list[tuple[str, str, str, str]]:
    if isinstance(deed, Book):
        return _sides_of_booking(deed)
    if trip is None:
        return []
    planned = (clock_time(trip.starts_at), clock_time(trip.ends_at))
    length = duration(minutes_between(trip.starts_at, trip.ends_at))
    so = (_time(trip.started_at), _time(trip.ended_at))
    if isinstance(deed, Finish):
        started, ended = deed.times(local_day(trip.starts_at), row.received_at)
        told = (clock_time(started), clock_time(ended))
        long = duration(max(0, minutes_between(started, ended)))
        what = _("Ended early") if deed.is_broken_off else _("Made to the end")
    else:
        began = clock_time(row.device_at) if row.kind == IntentKind.START else "–"
        told, long, what = (began, "–"), "–", _what(deed, row, citizen)
    to_be_made, names = str(_("To be made")), first_names([one for one, _ in each])
    return [
        (str(_("What")), to_be_made, str(what), state_word(trip.state).capitalize()),
        *(
            (names[one.citizen_id], to_be_made, str(EACH[said]), state_word(one.state).capitalize())
            for one, said in each
        ),
        (str(_("Left home at")), planned[0], told[0], so[0]),
        (str(_("Home again at")), planned[1], told[1], so[1]),
        *_homes(deed, names, each),
        (str(_("Time away")), length, long, _length(trip)),
        *_on_cards(trip, {names[one.citizen_id]: one for one, _ in each}),
    ]


def _homes(
    deed: Deed, names: dict[UUID, str], each: list[tuple[TripRow, str]]
) -> list[tuple[str, str, str, str]]:
    """Return when each was told to be home who left the others before."""
    told, home = dict(deed.homes or ()) if isinstance(deed, Finish) else {}, str(_("Home again at"))
    return [
        (
            f"{home}: {names[one.citizen_id]}",
            clock_time(one.ends_at),
            clock_time(time.fromisoformat(told[str(one.citizen_id)])),
            _time(one.ended_at if one.state in MADE else None),
        )
        for one, _said in each
        if str(one.citizen_id) in told
    ]


def _on_cards(trip: TripRow, each: dict[str, TripRow]) -> list[tuple[str, str, str, str]]:
    """Return what the card pays, where one does; where something was said of each rider, what each
    one's does.
    """
    on_card = str(_("On the card"))
    rows = {f"{on_card}: {name}": one for name, one in each.items()} or {on_card: trip}
    return [
        (label, duration(one.planned_minutes), "–", _charged(one))
        for label, one in rows.items()
        if one.card_id is not None
    ]


def _what(deed: Any, row: IntentRow, citizen: Any) -> str:
    if isinstance(deed, Cancel) and citizen is not None:
        chips = cancel_chips(citizen.first_name, has_begun=True)
        why = chips.get(f"{deed.cause}.{deed.reason}", "")
        cancelled = str(_("Cancelled"))
        return f"{cancelled}: {why}" if why else cancelled
    if isinstance(deed, Happened):
        return f"{INCIDENTS[deed.kind]}. {EFFECTS[deed.effect]}."
    return str(KINDS[IntentKind(row.kind)])


def _sides_of_booking(deed: Book) -> list[tuple[str, str, str, str]]:
    try:
        date = get_occurrence_facts(deed.occurrence_id)
    except NotFound:
        return []
    wished = f"{date.title}, {day(date.starts_at)} {clock_time(date.starts_at)}"
    return [(str(_("What")), "–", wished, str(_("Not booked")))]


def _time(at: datetime | None) -> str:
    return clock_time(at) if at else "–"


def _length(trip: TripRow) -> str:
    if trip.started_at is None or trip.ended_at is None:
        return "–"
    return duration(max(0, minutes_between(trip.started_at, trip.ended_at)))


def _charged(trip: TripRow) -> str:
    return "–" if trip.charged_minutes is None else duration(trip.charged_minutes)


def _meanwhile(row: IntentRow, trip: TripRow | None) -> list[tuple[datetime, str]]:
    """Return what happened to the trip after the version the tablet knew, in words."""
    if row.trip_id is None or trip is None:
        return []
    events = changes_since(row.trip_id, row.based_on)
    helpers = {str(one.details["escort"]) for one in events if one.details.get("escort")}
    names = {UUID(helper): get_care_worker(UUID(helper)).name for helper in helpers}
    called = {str(one.citizen_id): one.citizen_name for one in rows_of(row.trip_id)}
    is_own_way = trip.company is not Company.ESCORT
    return [
        (
            one.at,
            of_whom(one.details, called)
            + event_words(one.kind, one.details, one.actor_name, names, is_own_way=is_own_way),
        )
        for one in events
    ]


def _settled(row: IntentRow, names: dict[UUID, str]) -> str | None:
    if row.settled_at is None or row.settled_by is None or row.settled_how is None:
        return None
    how = SETTLED[Settlement(row.settled_how)]
    why = next(said for reason, said in REASONS.items() if reason == row.reason_code)
    who, at = names.get(row.settled_by, ""), moment(row.settled_at)
    return f"{how}. {why}. {who}, {at}."
