"""Changing dates that people may have signed up for, one or many, so that all are told."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence, Timing
from klippekort.activities.services.clashing import check_room, say_if_shared
from klippekort.activities.services.dates import (
    OccurrenceCancelled,
    OccurrenceChanged,
    close,
    give_hosts,
    reach_of,
    seats_at,
)
from klippekort.activities.services.reckoning import (
    BelowBooked,
    Change,
    Values,
    Wanted,
    check_smallest,
    moves,
    reckon_date,
    reckon_rule,
)
from klippekort.activities.services.series import AHEAD, dates_to_check, new_dates
from klippekort.domain.activity_life import State
from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.series import Scope
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

MOVED = "moved"
MOST_CHAIRS = 500


@dataclass(frozen=True)
class ChairsOffered:
    """There is room for more at a date than there was."""

    occurrence_id: UUID
    actor: Actor
    now: datetime


class LookAgain(DomainError):
    """Other people are touched than the page said when the button was pressed."""


def preview_date(
    actor: Actor, occurrence_id: UUID, wanted: Wanted, scope: Scope, *, now: datetime
) -> Change:
    """Return what it does to change a date, and perhaps others with it; nothing is changed.

    Raises what `reckon_date` raises.
    """
    row = queries.get_date(occurrence_id)
    activity = _editable(actor, queries.get_activity(row.activity_id))
    return reckon_date(activity, row, wanted, scope, now)


def change_date(
    actor: Actor,
    occurrence_id: UUID,
    wanted: Wanted,
    scope: Scope,
    *,
    seen: str,
    now: datetime,
    shares_room: bool | None = None,
) -> str:
    """Change a date, and with it those that follow or all to come; whoever listens is told first.

    `seen` is the mark of the change that was shown. Raises LookAgain when it touches others by now,
    PlaceTaken unless it `shares_room`, and what `reckon_date` raises.
    """
    activity = queries.lock_activity(queries.get_date(occurrence_id).activity_id)
    _editable(actor, activity)
    row = queries.get_date(occurrence_id)
    change = reckon_date(activity, row, wanted, scope, now)
    _carry_out(actor, activity, change, seen=seen, now=now, shares_room=shares_room)
    audit.record(
        actor, Action.POST_ACTIVITY, "occurrence", occurrence_id, to=MOVED, scope=scope.value
    )
    return str(occurrence_id)


def preview_rule(actor: Actor, activity_id: UUID, timing: Timing, *, now: datetime) -> Change:
    """Return what it does to hold an activity by another rule from its first day on."""
    activity = _editable(actor, queries.get_activity(activity_id))
    return reckon_rule(activity, timing, timing.from_on, now)


def change_rule(
    actor: Actor,
    activity_id: UUID,
    timing: Timing,
    *,
    seen: str,
    now: datetime,
    shares_room: bool | None = None,
) -> str:
    """Hold an activity by another rule from its first day on; whoever listens is told first.

    Raises what `change_date` raises.
    """
    activity = _editable(actor, queries.lock_activity(activity_id))
    change = reckon_rule(activity, timing, timing.from_on, now)
    _carry_out(actor, activity, change, seen=seen, now=now, shares_room=shares_room)
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="rule")
    return str(activity_id)


def offer_chairs(actor: Actor, occurrence_id: UUID, chairs: int, *, now: datetime) -> str:
    """Say how many more guests may come to a date: so many chairs besides those that are taken.

    Raises Stale for a date that is over, cancelled or not offered, and BelowSmallest.
    """
    activity = queries.get_activity(queries.get_date(occurrence_id).activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    row = queries.lock_occurrence(occurrence_id)
    is_open = activity.state == State.PUBLISHED and row.cancelled_at is None
    if not is_open or row.starts_at <= now:
        raise Stale
    check_smallest(activity, row.seats_taken + chairs)
    row.capacity = min(row.seats_taken + chairs, MOST_CHAIRS)
    row.wheelchair_places = max(min(row.wheelchair_places, row.capacity), row.wheelchairs_taken)
    db.session.flush()
    events.emit_after(ChairsOffered(occurrence_id, actor, now))
    audit.record(
        actor, Action.POST_ACTIVITY, "occurrence", occurrence_id, to="chairs", capacity=row.capacity
    )
    return str(occurrence_id)


def _editable(actor: Actor, activity: Activity) -> Activity:
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    if activity.state != State.PUBLISHED:
        raise Stale
    return activity


def _carry_out(
    actor: Actor,
    activity: Activity,
    change: Change,
    *,
    seen: str,
    now: datetime,
    shares_room: bool | None,
) -> None:
    if change.mark != seen:
        raise LookAgain
    added = []
    if change.timing is not None:
        made_by = dict.fromkeys((slot.timing for slot in change.added), change.timing)
        added = new_dates(activity, made_by, change.added, now)
        give_hosts(activity, added, now)
    if say_if_shared(activity, shares_room) is False:
        _check_room(activity, change, added, now)
    told = _events(actor, change, now)
    ids = [row.id for row, _ in change.values] + [row.id for row in change.retired]
    known = seats_at(ids)
    # Trips lock their card before the date; telling them first keeps that order.
    for event in told:
        events.emit(event)
    locked = queries.lock_dates([*ids, *(key for key, _ in change.answered)])
    _check_standing(change, locked)
    _store_timing(activity, change)
    _store_dates(change, locked, now)
    late = {date_id for date_id, _ in seats_at(ids) - known}
    for event in told:
        # Somebody signed up between the telling and the lock; from here on nobody can.
        if event.occurrence_id in late:
            events.emit(event)
    _retire(actor, change, locked, now)
    db.session.add_all(added)
    db.session.flush()
    _record(actor, change)


def _events(
    actor: Actor, change: Change, now: datetime
) -> list[OccurrenceChanged | OccurrenceCancelled]:
    told: list[OccurrenceChanged | OccurrenceCancelled] = [
        OccurrenceChanged(
            row.id,
            row.starts_at,
            new.starts_at,
            row.ends_at,
            new.ends_at,
            row.place_id,
            new.place_id,
            actor,
            now,
        )
        for row, new in change.values
        if moves(row, new)
    ]
    return told + [OccurrenceCancelled(one.id, MOVED, actor, now) for one in change.cancelled]


def _check_room(activity: Activity, change: Change, added: list[Occurrence], now: datetime) -> None:
    """Look for others where dates are moved to, or made now or later. Raises PlaceTaken."""
    moved = [
        Occurrence(
            place_id=new.place_id,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            capacity=new.capacity,
        )
        for row, new in change.values
        if moves(row, new)
    ]
    own = [row.id for row, _ in change.values] + [row.id for row in change.retired]
    rule = [change.timing] if change.timing is not None else []
    made_until = local_day(now) + AHEAD
    later = [
        row
        for row in (dates_to_check(activity, rule, now) if rule else [])
        if local_day(row.starts_at) > made_until
    ]
    check_room([*moved, *added, *later], activity.id, now, besides=own)


def _check_standing(change: Change, locked: dict[UUID, Occurrence]) -> None:
    """Raise Stale when a date was cancelled meanwhile, BelowBooked when it filled up."""
    for row, new in change.values:
        stored = locked.get(row.id)
        if stored is None or stored.cancelled_at is not None:
            raise Stale
        if new.capacity < stored.seats_taken:
            raise BelowBooked(stored.starts_at, stored.seats_taken)
        if new.wheelchair_places < stored.wheelchairs_taken:
            raise BelowBooked(stored.starts_at, stored.wheelchairs_taken, is_wheelchairs=True)


def _store_timing(activity: Activity, change: Change) -> None:
    """Let the new timing make all dates from its day on, and the old ones none."""
    if change.timing is None:
        return
    for timing in list(activity.timings):
        if timing.from_on >= change.cut_on:
            db.session.delete(timing)
        else:
            _clip(timing, change.cut_on - ONE_DAY)
    db.session.flush()
    db.session.add(change.timing)
    db.session.flush()
    db.session.expire(activity, ["timings"])


def _clip(timing: Timing, last_on: date) -> None:
    if timing.last_on is None or timing.last_on > last_on:
        timing.last_on = last_on


def _store_dates(change: Change, locked: dict[UUID, Occurrence], now: datetime) -> None:
    """Write what the dates become. Two may change keys with each other, so keys are freed first."""
    keys = {row.id: new.key for row, new in change.values} | dict(change.answered)
    renamed = {key: name for key, name in keys.items() if locked[key].original_start != name}
    for key in renamed:
        locked[key].original_start = _freed()
    db.session.flush()
    for key, name in renamed.items():
        locked[key].original_start = name
    for row, new in change.values:
        _store(locked[row.id], new, change.is_alone, now)
    db.session.flush()


def _store(row: Occurrence, new: Values, is_alone: bool, now: datetime) -> None:
    is_moved = moves(row, new)
    if is_moved or row.note != new.note:
        row.sequence += 1
        row.revised_at = now
    if is_moved and is_alone:
        row.changed_at = now
    row.starts_at, row.ends_at, row.place_id = new.starts_at, new.ends_at, new.place_id
    row.capacity, row.wheelchair_places = new.capacity, new.wheelchair_places
    row.note = new.note


def _retire(actor: Actor, change: Change, locked: dict[UUID, Occurrence], now: datetime) -> None:
    """Cancel the dates that have no slot left, so that calendars hear of it; none is deleted."""
    has_guests = {one.id for one in change.cancelled}
    for retired in change.retired:
        row = locked.get(retired.id)
        if row is None or row.cancelled_at is not None:
            continue
        is_told = row.id in has_guests
        if not is_told and not row.seats_taken:
            # It answers for no slot: if the rule comes back, a new date is held then.
            row.original_start = _freed()
        close(row, MOVED, now)
        if not is_told:
            # Somebody hosts it, waits for it or has had a seat: they hear of it, too.
            events.emit(OccurrenceCancelled(row.id, MOVED, actor, now))


def _freed() -> str:
    """Return a key that is no local start, for a date that no rule is to find again."""
    return f"~{new_id().hex[-15:]}"


def _record(actor: Actor, change: Change) -> None:
    deeds = [
        audit.Deed(one.id, details={"to": MOVED, "booked": one.booked})
        for one in (*change.moved, *change.cancelled)
    ]
    audit.record_many(actor, Action.POST_ACTIVITY, "occurrence", deeds)
