"""A trip to a place of one's own choice, moved to another time: minutes, people and helpers move
together, or nothing does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.domain import booking as rules
from klippekort.domain.booking import Outcome
from klippekort.domain.calendar import local_day
from klippekort.domain.charging import Party, cost
from klippekort.domain.errors import (
    CitizenBusy,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    InsufficientMinutes,
    NotFound,
    Refused,
    Stale,
    Undecided,
)
from klippekort.domain.finding import usual_deadline
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.schemes import Measure, settled
from klippekort.domain.trips import TripState
from klippekort.domain.wishes import TripWish
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.answers import keep_answer
from klippekort.punchcards.services.bookings import hold_ready, release_minutes
from klippekort.punchcards.services.ledger import ready
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.queries.escorts import citizens_on
from klippekort.trips.queries.offers import earliest_of
from klippekort.trips.queries.standing import standing_of
from klippekort.trips.services.deciding import each
from klippekort.trips.services.escorts import lock_escorts, put_escorts
from klippekort.trips.services.history import happened
from klippekort.trips.services.locking import locked


def move_trip(
    actor: Actor,
    trip_id: UUID,
    *,
    starts_at: datetime,
    escort_id: UUID | None,
    instead_of: UUID | None = None,
    agreed_how: str,
    now: datetime,
    answers: Mapping[str, str] | None = None,
    why: str | None = None,
) -> str:
    """Move a booked trip to a place of one's own choice, with its whole length, to `starts_at`.

    `escort_id` goes along, or is found later, in the place of `instead_of`; the other helpers stay,
    those who can. Where one is missing then, one is to be found in time before the new start. Each
    card gives its minutes back and sets them aside for the new day, as its scheme allows.
    `agreed_how` says how the citizen said yes to the new time; `answers` are a person's, by rule,
    to what the scheme leaves open of it, and `why` the reason. Raises Refused, Undecided, NoReason,
    InsufficientMinutes, CitizenBusy, EscortBusy, EscortOffDuty, EscortUnable, CardClosed, and Stale
    for a trip that has begun or follows an activity's own time.
    """
    trip, riders = locked(actor, trip_id, Action.BOOK_TRIP, now)
    if trip.state != TripState.BOOKED or trip.occurrence_id is not None:
        raise Stale
    if starts_at <= now:
        raise Refused("too_late", None)
    by, before = starts_at - trip.starts_at, trip.starts_at
    helpers = [one.care_worker_id for one in queries.escorts_of(trip_id)]
    _let_go(trip, riders)
    trip.starts_at, trip.ends_at = trip.starts_at + by, trip.ends_at + by
    said = _Said(agreed_how, answers or {}, why)
    each(partial(_move_rider, actor, trip, one, by, len(riders), said, now) for one in riders)
    citizens_along = citizens_on(trip_id)
    staying = [one for one in helpers if one != instead_of]
    along = _along(trip, escort_id, staying, citizens_along)
    put_escorts(trip, along, citizens_along, now=now)
    if trip.escort_by is not None or len(along) < trip.escorts_wanted:
        trip.escort_by = usual_deadline(starts_at, now)
    trip.version += 1
    citizens = [rider.citizen_id for rider in riders]
    told = {"before": before.isoformat(), "after": starts_at.isoformat(), "agreed_how": agreed_how}
    _note_changes(actor, trip_id, helpers, along, now)
    happened(actor, trip_id, "moved", now, escort=escort_id, **told)
    audit.record(actor, Action.BOOK_TRIP, "trip", trip_id, citizens=citizens, **told)
    return str(trip_id)


@dataclass(frozen=True)
class _Said:
    """What was said of a new time: the citizen's yes, and a person's answers, and why."""

    agreed_how: str
    answers: Mapping[str, str]
    why: str | None


def _let_go(trip: Trip, riders: list[TripRider]) -> None:
    """Free everybody, so that the new time is judged as if the old had never been."""
    for rider in riders:
        rider.is_active = False
    for escort in queries.escorts_of(trip.id):
        escort.is_active = False
    db.session.flush()


def _along(
    trip: Trip, chosen: UUID | None, staying: Sequence[UUID], citizens: Sequence[Citizen]
) -> list[UUID]:
    """Return who goes along at the new time: whoever is chosen, and of the others those who can.

    Raises what `put_escorts` raises, for whoever is chosen.
    """
    asked = {*staying, *([chosen] if chosen is not None else [])}
    cannot = set()
    for one in sorted(asked, key=str):  # locked in the order of their ids, as everywhere
        try:
            lock_escorts(trip, [one], citizens)
        except (EscortBusy, EscortOffDuty, EscortUnable, NotFound):
            if one == chosen:
                raise
            cannot.add(one)
    others = [one for one in staying if one != chosen and one not in cannot]
    along = [*([chosen] if chosen is not None else []), *others]
    return along[: max(1, trip.escorts_wanted)]


def _note_changes(
    actor: Actor, trip_id: UUID, before: Sequence[UUID], along: Sequence[UUID], now: datetime
) -> None:
    """Write in the history who went off the trip with the move, and who came on it."""
    for one in before:
        if one not in along:
            happened(actor, trip_id, "escort_released", now, escort=one)
    for one in along:
        if one not in before:
            happened(actor, trip_id, "escort_changed", now, escort=one)


def _move_rider(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    by: timedelta,
    riders: int,
    said: _Said,
    now: datetime,
) -> None:
    start, end = rider.starts_at + by, rider.ends_at + by
    if queries.spans_of_citizen(rider.citizen_id, start, end):
        raise CitizenBusy
    travel = trip.travel_minutes - int(
        ((trip.ends_at - trip.starts_at) - (end - start)).total_seconds() // 60
    )
    party = Party(max(1, trip.escorts_wanted), riders)
    consent = True if rider.joint_agreed_how else None
    wish = TripWish(start, end, travel, now, trip.kind or "", party, consent=consent)
    if rider.card_id is not None:
        rider.planned_minutes = _set_aside_anew(actor, trip, rider, rider.card_id, wish, said, now)
    rider.starts_at, rider.ends_at, rider.is_active = start, end, True
    rider.agreed_how = said.agreed_how
    db.session.flush()


def _set_aside_anew(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    card_id: UUID,
    wish: TripWish,
    said: _Said,
    now: datetime,
) -> int:
    """Give the minutes of the old day back, set those of the new one aside, and return them."""
    today = local_day(now)
    release_minutes(actor, card_id, trip.id, today=today, now=now, reason="moved")
    card, state = ready(card_id, today=today, now=now)
    plan = cards.plan_of(card)
    terms = plan.terms_on(wish.on)
    if terms is None:
        raise Refused("not_active")
    standing = standing_of(plan, state, rider.citizen_id, card_id, wish.on)
    decided = rules.came_up(terms, wish, standing, said.answers)
    terms = settled(terms, decided)
    verdict = rules.judge(terms, wish, standing)
    if verdict.rule == "balance":
        raise InsufficientMinutes(available=state.available(wish.on), wanted=rider.planned_minutes)
    if verdict.outcome is Outcome.REFUSED and verdict.rule is not None:
        raise Refused(verdict.rule, earliest_of(verdict.rule, plan, terms, wish, standing))
    if verdict.outcome is Outcome.ASK and verdict.rule is not None:
        raise Undecided(verdict.rule, verdict.choices, verdict.others)
    counts = terms.measured_in is Measure.MINUTES
    minutes = cost(terms, wish.minutes, wish.travel, wish.party) if counts else 0
    hold_ready(actor, card, state, plan, trip.id, minutes, on=wish.on, today=today, now=now)
    for rule, value in decided.items():
        keep_answer(actor, card, rule, value, said.why, subject=str(trip.id), now=now)
    return minutes
