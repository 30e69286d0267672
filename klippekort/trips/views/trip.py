"""A trip's own page: what was planned, told and done, side by side, and what can be done now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.citizens.queries.contacts import have_listeners
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NothingToUndo
from klippekort.domain.permissions import Action, may
from klippekort.domain.trips import (
    ACTIVE,
    MADE,
    OCCUPIES,
    Company,
    StopKind,
    TripState,
    own_start,
    stops,
)
from klippekort.messages.queries import about
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import Status, clock_time, first_up, full_day, moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.relatives.views.families import Family, families_of
from klippekort.trips.queries.happenings import incidents_of, notes_of
from klippekort.trips.queries.trips import TripRow, events_of, last_change, lead_of, rows_of
from klippekort.trips.services.undoing import may_undo, undo
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.costs import minutes_words, result_words, terms_of
from klippekort.trips.views.escorts import (
    OUT_WITHOUT,
    helper_to,
    named_to,
    own_helpers,
    who_may_leave,
)
from klippekort.trips.views.history_words import event_words, of_whom
from klippekort.trips.views.keep import may_stop
from klippekort.trips.views.shown import (
    TripShown,
    first_names,
    going,
    open_trip,
    reached,
    trip_shown,
)
from klippekort.trips.views.volunteer_words import volunteer_words
from klippekort.trips.views.words import error_words, status_of

_STOPS = {
    StopKind.PICK_UP: _l("%(name)s is picked up"),
    StopKind.ARRIVE: _l("There"),
    StopKind.LEAVE: _l("Homewards"),
    StopKind.HOME: _l("%(name)s is home"),
}
_LEAVES = _l("%(name)s leaves home")
_TOLD = {
    "trip_cancelled": _l("that it is cancelled"),
    "trip_on_again": _l("that it is on again"),
    "escort_found": _l("who comes along"),
    "escort_changed": _l("who comes along"),
    "escort_on_way": _l("that the helper is on the way"),
    "trip_reminder": _l("when the trip begins"),
    "trip_offer": _l("that they are asked"),
    "address_closed": _l("that nothing is held there"),
    "trip_with_family": _l("that the family goes along"),
    "trip_family_day": _l("that it is cancelled"),
    "family_cannot": _l("that the family cannot go along"),
    "greeting": _l("a line to a relative"),
}


@dataclass(frozen=True)
class TripUndo:
    """The button that undoes the last thing: its event, its press, and what it says."""

    event_id: UUID
    key: str
    says: str


@bp.get("/ture/<uuid:trip_id>")
@requires(Action.SEE_TRIPS, purpose="see_trip")
def trip(trip_id: UUID) -> ResponseReturnValue:
    """Show a trip: what was planned, what happened, and what can be done now."""
    row, citizen = open_trip(trip_id, Action.SEE_TRIPS, request.args.get("borger", type=UUID))
    actor, now = current_actor(), clock.now()
    riders, own = rows_of(trip_id), own_helpers(actor)
    row, is_joint = _as_it_stands(row, riders), len(riders) > 1
    along = _along(riders)
    saw(*(one.citizen_id for one in riders))
    events = events_of(trip_id)
    sees_notes = may(actor, Action.KEEP_TRIP)
    may_assign = may(actor, Action.ASSIGN_ESCORT) and bool(
        who_may_leave(row, {one.supplier_id for one in riders}, actor, now)
    )
    return render_template(
        "trips/trip.html",
        trip=_with_buttons(trip_shown(row, actor, now, local_day(now), own=own), riders),
        volunteers=volunteer_words(trip_id),
        families=_families(riders),
        citizen=citizen,
        who=" & ".join(one.citizen_name for one in along),
        at_home=" & ".join(one.citizen_name for one in riders if one not in along),
        may_miss=is_joint
        and row.state is TripState.UNDER_WAY
        and may_stop(riders)
        and bool(reached(going(riders), Action.CANCEL_TRIP)),
        riders=_together(riders) if is_joint else [],
        stops=_stops(riders),
        history=_history(events, riders, own, is_own_way=row.company is not Company.ESCORT),
        told=_told(trip_id),
        planned=_cost(row),
        planned_at=f"{clock_time(row.starts_at)}–{clock_time(row.ends_at)}",
        real=_real(row, riders),
        result=result_words(row),
        is_over=row.state not in ACTIVE,
        undo=undo_shown(row, events, now),
        may_ask_volunteers=row.state is TripState.BOOKED and may(actor, Action.APPROVE_HOST),
        may_assign=may_assign,
        out_without=OUT_WITHOUT if may_assign and row.state is TripState.UNDER_WAY else "",
        may_book=may(actor, Action.BOOK_TRIP),
        may_happen=row.state in ACTIVE and may(actor, Action.KEEP_TRIP),
        may_note=sees_notes,
        notes=_notes(trip_id) if sees_notes else [],
        incidents=incidents_of(trip_id),
        may_greet=row.state in MADE
        and sees_notes
        and have_listeners([one.citizen_id for one in riders if one.state in MADE]),
        copied=_lines_to_copy(riders, reached(riders, Action.SEE_TRIPS), own)
        if row.state in MADE
        else [],
    )


def _with_buttons(shown: TripShown, riders: list[TripRow]) -> TripShown:
    """Return a trip without what is done for all who go, where one of them is not the reader's."""
    left = going(riders)
    if len(left) < 2 or len(reached(left, Action.KEEP_TRIP)) == len(left):
        return shown
    return replace(shown, may_say_on_way=False, may_start=False, may_go_on=False, may_finish=False)


def _as_it_stands(row: TripRow, riders: list[TripRow]) -> TripRow:
    """Return the trip as it stands for one of them, or for the others where only they go."""
    return row if row.state in OCCUPIES or not going(riders) else lead_of(riders)


def _along(riders: list[TripRow]) -> list[TripRow]:
    """Return who goes or was out; where the trip is not made at all, everybody who was to go."""
    return [one for one in riders if one.state in OCCUPIES | MADE] or riders


def _families(riders: list[TripRow]) -> list[Family]:
    """Return who of the families is there on the day, and takes her along."""
    on = local_day(riders[0].starts_at)
    return families_of([one.citizen_id for one in riders], on, on)


def _cost(row: TripRow) -> str:
    return minutes_words(row.planned_minutes, terms_of(row))


def _stops(riders: list[TripRow]) -> list[tuple[str, str]]:
    """Return the stops of the block in order, of those who go: the time, and what happens."""
    first = riders[0]
    spans = [(one.starts_at, one.ends_at) for one in riders]
    home = first.travel_minutes - first.out_minutes
    found, along, names = [], _along(riders), first_names(riders)
    for stop in stops(spans, first.out_minutes, home):
        rider = None if stop.rider is None else riders[stop.rider]
        if rider is not None and rider not in along:
            continue
        name = "" if rider is None else names[rider.citizen_id]
        said = _STOPS[stop.kind]
        if stop.kind is StopKind.PICK_UP and first.company is not Company.ESCORT:
            said = _LEAVES
        found.append((clock_time(stop.at), str(said) % {"name": name}))
    return found


@dataclass(frozen=True)
class RiderShown:
    """How it went for one of several. What it cost, and the way to the citizen's page, only where
    that citizen is the reader's own.
    """

    row: TripRow
    status: Status
    said: str
    url: str | None


def _together(riders: list[TripRow]) -> list[RiderShown]:
    own = {one.citizen_id for one in reached(riders, Action.SEE_TRIPS)}
    return [
        RiderShown(
            one,
            status_of(one.state),
            " ".join(_of_one(one, is_own=one.citizen_id in own)),
            url_for("trips.citizen", citizen_id=one.citizen_id) if one.citizen_id in own else None,
        )
        for one in riders
    ]


def _of_one(row: TripRow, *, is_own: bool) -> list[str]:
    """Return what a trip cost one of those who rode, and when she was home, in sentences."""
    said = [result_words(row) or _cost(row)] if is_own else []
    if row.state in MADE and row.ended_at is not None:
        said.append(str(_("Home again at %(time)s.", time=clock_time(row.ended_at))))
    return said


def _real(row: TripRow, riders: list[TripRow]) -> str | None:
    """Return when the trip really was for one of those who ride, once it has begun."""
    if row.started_at is None:
        return None
    if row.ended_at is None or row.state not in MADE:
        return str(_("From %(start)s", start=clock_time(row.started_at)))
    first = min(one.starts_at for one in riders if one.state is not TripState.CANCELLED)
    began = own_start(row.starts_at, first, row.started_at)
    return f"{clock_time(began)}–{clock_time(row.ended_at)}"


def _history(
    events: Any,
    riders: list[TripRow],
    own: Collection[UUID] | None,
    *,
    is_own_way: bool,
) -> list[tuple[datetime, str]]:
    """Return what happened, line by line, with the helpers as one reads them whose own are `own`:
    also where they are who did it.
    """
    helpers = {UUID(str(e.details["escort"])) for e in events if e.details.get("escort")}
    names = {one: helper_to(one, own) for one in helpers}
    along = {worker for rider in riders for worker, _name in rider.escorts}
    along |= {
        UUID(one) for e in events for one in str(e.details.get("helpers") or "").split(",") if one
    }
    read_as = {get_care_worker(one).name: helper_to(one, own) for one in helpers | along}
    called = {str(one.citizen_id): one.citizen_name for one in riders}
    return [
        (
            e.at,
            of_whom(e.details, called)
            + event_words(
                e.kind, e.details, _who(e.actor_name, read_as), names, is_own_way=is_own_way
            ),
        )
        for e in events
    ]


def _who(name: str, helpers: Mapping[str, str]) -> str:
    """Return who did something, by the `helpers` as they are read; another keeps the name."""
    return first_up(helpers[name]) if name in helpers else name


def _told(trip_id: UUID) -> list[str]:
    """Return what has been told about the trip, and what is still to be told, with the time."""
    said = []
    for message in about(trip_id):
        what = _TOLD.get(message.kind, _("the trip"))
        if message.state == "done" and message.done_at is not None:
            said.append(_("%(when)s: told %(what)s.", when=moment(message.done_at), what=what))
        elif message.state == "withdrawn":
            said.append(_("Taken back before it was told: %(what)s.", what=what))
        else:
            said.append(_("Is to be told %(what)s.", what=what))
    return [str(line) for line in said]


def _notes(trip_id: UUID) -> list[tuple[str, datetime, str]]:
    lines = notes_of(trip_id)
    names = names_of({line.written_by for line in lines if line.written_by})
    return [
        (line.text, line.written_at, names.get(line.written_by, "") if line.written_by else "")
        for line in lines
    ]


def _lines_to_copy(
    riders: list[TripRow], theirs: list[TripRow], own: Collection[UUID] | None
) -> list[tuple[str, str]]:
    """Return a line for each of one's own citizens who was out, with the name it belongs to where
    several ride; `own` as in `named_to`.
    """
    out = [one for one in theirs if one.state in MADE]
    return [
        (one.citizen_name if len(riders) > 1 else "", _line_to_copy(one, riders, own))
        for one in out
    ]


def _line_to_copy(row: TripRow, riders: list[TripRow], own: Collection[UUID] | None) -> str:
    """Return one line about a trip that was made, for the care record; it names no citizen."""
    day, real = full_day(local_day(row.starts_at)), _real(row, riders) or ""
    helper = named_to(row, own) or str(_("on her own way"))
    spent = row.charged_minutes or 0
    line = _(
        "Trip %(day)s, %(real)s: %(destination)s. Helper: %(helper)s. %(spent)s min. used.",
        day=day,
        real=real,
        destination=row.destination,
        helper=helper,
        spent=spent,
    )
    return str(line)


def undo_shown(row: TripRow, events: Any, now: datetime) -> TripUndo | None:
    """Return the button that undoes the last thing, or None when it cannot be undone by now."""
    last = last_change(events)
    if last is None or not may_undo(current_actor(), row.trip_id, last, now):
        return None
    return TripUndo(last.id, str(uuid4()), str(_("Undo")))


@bp.post("/ture/<uuid:trip_id>/fortryd/<uuid:event_id>")
@requires(Action.SEE_TRIPS, purpose="undo_trip")
def undo_last(trip_id: UUID, event_id: UUID) -> ResponseReturnValue:
    """Undo the last thing that was done to a trip."""
    row, _citizen = open_trip(trip_id, Action.SEE_TRIPS)
    form, now = KeyedForm(), clock.now()
    if form.validate_on_submit():
        try:
            execute(
                undo,
                current_actor(),
                trip_id,
                event_id,
                now=now,
                key=form.key.data,
                content=[trip_id, event_id],
            )
        except NothingToUndo:
            flash(_("It cannot be undone any more. Change the trip instead."), "info")
        except DomainError as error:
            said = error_words(error, local_day(now), terms_of(row), local_day(row.starts_at))
            flash(_("It could not be undone. %(why)s", why=said), "warning")
        else:
            flash(_("It is undone."), "success")
    return redirect(url_for("trips.trip", trip_id=trip_id), 303)
