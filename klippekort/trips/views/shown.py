"""A trip as every screen for staff shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.permissions import Action, Actor, may
from klippekort.domain.trips import OCCUPIES, TripState, has_come
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor
from klippekort.platform.formatting import Status, clock_time
from klippekort.platform.gateways import can_tell_at_once
from klippekort.trips.queries import trips as queries
from klippekort.trips.queries.trips import TripRow
from klippekort.trips.services.on_way import is_near
from klippekort.trips.views.company_words import staff_words
from klippekort.trips.views.escorts import named_to, own_helpers
from klippekort.trips.views.words import (
    no_escort,
    status_of,
    transport_icon,
    transport_word,
    when_words,
)


@dataclass(frozen=True)
class TripShown:
    """A trip in words, and what may be done with it now.

    `own_way` says how one goes without a helper of ours, and nothing where there is one.
    `key` is that of its start button, `way_key` that of the one that says the helper is on the way,
    `go_on_key` that of going on where it waits, or may come to.
    """

    row: TripRow
    starts_at_text: str
    ends_at_text: str
    day: str
    citizen_name: str
    activity: str
    place: str
    transport_word: str
    transport_icon: str
    status: Status
    url: str
    escort: str | None
    own_way: str | None
    may_say_on_way: bool
    may_start: bool
    may_go_on: bool
    may_finish: bool
    may_cancel: bool
    key: str
    way_key: str
    go_on_key: str


def trip_shown(
    row: TripRow,
    actor: Actor,
    now: datetime,
    today: date,
    *,
    own: Collection[UUID] | None = None,
) -> TripShown:
    """Return a trip in words. Roles decide the buttons; services ask about the citizen too. `own`
    is `own_helpers` of the actor, for whoever shows many.
    """
    booked, under_way = row.state is TripState.BOOKED, row.state is TripState.UNDER_WAY
    keeps = may(actor, Action.KEEP_TRIP)
    activity, _comma, place = row.destination.partition(", ")
    lacks_escort = booked and row.lacks_escort
    may_start = keeps and booked and has_come(row.starts_at, now)
    return TripShown(
        row=row,
        starts_at_text=clock_time(row.starts_at),
        ends_at_text=clock_time(row.ends_at),
        day=when_words(row.starts_at, today),
        citizen_name=row.citizen_name,
        activity=activity,
        place=place,
        transport_word=transport_word(row.transport),
        transport_icon=transport_icon(row.transport),
        status=no_escort() if lacks_escort else status_of(row.state),
        url=url_for("trips.trip", trip_id=row.trip_id),
        escort=named_to(row, own_helpers(actor) if own is None else own),
        own_way=staff_words(row.company),
        may_say_on_way=keeps and booked and can_tell_at_once() and is_near(row.starts_at, now),
        may_start=may_start,
        may_go_on=may_start or (keeps and under_way),
        may_finish=keeps and (under_way or (booked and row.starts_at < now)),
        may_cancel=booked and may(actor, Action.CANCEL_TRIP),
        key=str(uuid4()) if may_start else "",
        way_key=str(uuid4()),
        go_on_key=str(uuid4()),
    )


def open_trip(trip_id: UUID, action: Action, citizen_id: UUID | None = None) -> tuple[TripRow, Any]:
    """Return a trip and who rides, if the one who asks may do this for anybody who rides: the first
    of those who still goes, or `citizen_id`. Raises NotFound, Forbidden.
    """
    rows = queries.rows_of(trip_id)
    if citizen_id is not None:
        rows = [row for row in rows if row.citizen_id == citizen_id]
    if not rows:
        raise NotFound
    theirs = reached(rows, action)
    if not theirs:
        raise Forbidden(action)
    row = queries.lead_of(theirs)
    return row, get_citizen(row.citizen_id)


def reached(rows: Sequence[TripRow], action: Action) -> list[TripRow]:
    """Return those of a trip's riders for whom the one who asks may do this."""
    actor, today = current_actor(), clock.today()
    return [row for row in rows if may(actor, action, reach(get_citizen(row.citizen_id), today))]


def going(riders: Sequence[TripRow]) -> list[TripRow]:
    """Return those of a trip's riders who still go."""
    return [row for row in riders if row.state in OCCUPIES]


def first_names(riders: Sequence[TripRow]) -> dict[UUID, str]:
    """Return what each of those who ride is called, by the citizen's id: by the first name, and by
    the whole one where two have the same.
    """
    firsts = [row.citizen_name.split()[0] for row in riders]
    return {
        row.citizen_id: row.citizen_name if firsts.count(first) > 1 else first
        for row, first in zip(riders, firsts, strict=True)
    }
