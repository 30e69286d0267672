"""Taking what a tablet tells: once, through the same services as the pages, never over others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import intents as rules
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, Forbidden, NotFound, Stale, Undecided
from klippekort.domain.intents import IntentKind, Outcome, Standing, Told, Verdict
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.trips import ACTIVE, Cause, TripState, price_of_cancelled
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.queries import cards
from klippekort.tablet.models import Intent
from klippekort.tablet.queries import intents as queries
from klippekort.tablet.services.deeds import (
    Book,
    Cancel,
    Finish,
    Notice,
    Said,
    named,
    stored,
    whom,
)
from klippekort.tablet.services.perform import (
    Moment,
    homes_of,
    perform,
    perform_notice,
    times_of,
)
from klippekort.tablet.services.refusals import facts_of
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries.trips import riders_of, trips_of_citizen
from klippekort.trips.services.history import happened
from klippekort.trips.services.locking import lock

# A note or a notice stays on the tablet, sealed, when it is refused; a start says nothing of
# minutes.
_A_PERSON_MUST_SEE = frozenset(
    {IntentKind.FINISH, IntentKind.CANCEL, IntentKind.BOOK, IntentKind.HAPPENED}
)


@dataclass(frozen=True)
class _Answer:
    """What became of an intent, why, and the trip and citizen it was about."""

    outcome: Outcome
    words: str
    facts: dict[str, Any]
    trip_id: UUID | None = None
    citizen_id: UUID | None = None


def take_intent(actor: Actor, said: Said, *, now: datetime) -> dict[str, Any]:
    """Take an intent and return what became of it: id, outcome, words, facts, trip_id.

    It is done exactly once. Where others have changed what it rests on, or a rule refuses it,
    nothing changes and it is kept for a person to settle.
    """
    known = queries.find_intent(said.id)
    if known is not None:
        return answer_of(known)
    off = rules.clock_off(said.device_now, now)
    answer = _take(actor, said, off, now)
    is_about_something = answer.trip_id is not None or answer.citizen_id is not None
    row = Intent(
        id=said.id,
        account_id=actor.account_id,
        kind=said.kind,
        trip_id=answer.trip_id,
        citizen_id=answer.citizen_id,
        based_on=said.version,
        payload=stored(said.deed),
        device_at=said.device_at,
        received_at=now,
        clock_off_seconds=round(off.total_seconds()) if off is not None else None,
        outcome=answer.outcome,
        words=answer.words,
        facts=answer.facts,
        needs_person=is_about_something and _needs_person(answer.outcome, said),
    )
    db.session.add(row)
    db.session.flush()
    if answer.outcome is not Outcome.DONE:
        _record(actor, row)
    return answer_of(row)


def answer_of(row: Intent) -> dict[str, Any]:
    """Return what a tablet is told of an intent, now and every time it asks again."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "outcome": Outcome.CONFLICT if row.outcome == Outcome.SETTLED else Outcome(row.outcome),
        "words": row.words,
        "facts": row.facts,
        "trip_id": str(row.trip_id) if row.trip_id else None,
        "citizen_id": str(row.citizen_id) if row.citizen_id else None,
        "needs_person": row.needs_person,
    }


def _needs_person(outcome: Outcome, said: Said) -> bool:
    refused = outcome is Outcome.REFUSED and said.kind in _A_PERSON_MUST_SEE
    return outcome is Outcome.CONFLICT or (refused and not said.is_on_screen)


def _record(actor: Actor, row: Intent) -> None:
    citizens = [row.citizen_id] if row.citizen_id else []
    told: dict[str, Any] = {
        "kind": row.kind,
        "outcome": row.outcome,
        "words": row.words,
        "trip": row.trip_id,
    }
    audit.record(actor, Action.USE_TABLET, "intent", row.id, citizens=citizens, **told)


def _take(actor: Actor, said: Said, off: timedelta | None, now: datetime) -> _Answer:
    """Do what was told, or say why not; what was half done is taken back."""
    about = _about(said)
    try:
        at = rules.happened_at(said.device_at, off, now)
        with db.session.begin_nested():
            return _replay(actor, said, Moment(at, said.device_at, off, now), about)
    except Stale:
        return _Answer(Outcome.CONFLICT, "moved_on", {"error": "Stale"}, *about)
    except DomainError as refusal:
        # What is not here is nobody's to settle here.
        known = (None, None) if isinstance(refusal, NotFound) else about
        return _Answer(Outcome.REFUSED, "refused", facts_of(refusal), *known)


def _about(said: Said) -> tuple[UUID | None, UUID | None]:
    """Return the trip and the citizen an intent is about, where both are of this municipality."""
    try:
        if isinstance(said.deed, Book | Notice):
            return None, get_citizen(said.deed.citizen_id).id
        meant = _meant(said)
        return (meant[0].trip_id, meant[0].citizen_id) if meant else (None, None)
    except NotFound:
        return None, None


def _meant(said: Said) -> Sequence[TripRider]:
    """Return the rider an intent is about, or all of them. Raises NotFound where it says something
    of somebody who does not ride.
    """
    riders, one = riders_of(said.trip_id) if said.trip_id else (), whom(said.deed)
    if named(said.deed) - {rider.citizen_id for rider in riders}:
        raise NotFound
    return [rider for rider in riders if one in (None, rider.citizen_id)]


def _replay(
    actor: Actor, said: Said, moment: Moment, about: tuple[UUID | None, UUID | None]
) -> _Answer:
    if isinstance(said.deed, Book):
        return _replay_booking(actor, said.deed, moment)
    if isinstance(said.deed, Notice):
        perform_notice(actor, said.deed, moment)
        return _Answer(Outcome.DONE, said.kind, {}, *about)
    if said.trip_id is None or about[0] is None:
        raise NotFound
    trip, riders = lock(said.trip_id)
    changes = _changes(actor, said)
    _refuse_strangers(actor, trip, said, moment.now)
    verdict = rules.weigh(_told(said, trip, moment), _standing(said, trip, changes))
    if verdict is Verdict.DONE_ALREADY:
        return _Answer(Outcome.DONE, "already", {}, *about)
    if verdict is Verdict.CONFLICT:
        facts = {"state": trip.state, "changes": sorted(changes)}
        return _Answer(Outcome.CONFLICT, "moved_on", facts, *about)
    if isinstance(said.deed, Cancel) and _costs_more_by_now(trip, riders, said.deed, moment):
        return _Answer(Outcome.CONFLICT, "dearer", {"state": trip.state}, *about)
    # Before the deed, so that the deed is the last thing that happened and can be undone.
    _flag(actor, said.trip_id, moment)
    perform(actor, said.trip_id, said.deed, moment)
    return _Answer(Outcome.DONE, said.kind, {}, *about)


def _replay_booking(actor: Actor, deed: Book, moment: Moment) -> _Answer:
    for row in trips_of_citizen(deed.citizen_id):
        same_escort = deed.escort_id in (None, *(one for one, _ in row.escorts))
        is_same = row.occurrence_id == deed.occurrence_id and row.transport == deed.transport
        if is_same and same_escort and row.state in ACTIVE:
            authorise(
                actor,
                Action.BOOK_TRIP,
                reach(get_citizen(deed.citizen_id), local_day(moment.now)),
            )
            return _Answer(Outcome.DONE, "already", {}, row.trip_id, deed.citizen_id)
    trip_id = perform(actor, None, deed, moment)
    return _Answer(Outcome.DONE, IntentKind.BOOK, {}, trip_id, deed.citizen_id)


def _refuse_strangers(actor: Actor, trip: Trip, said: Said, now: datetime) -> None:
    """Raise Forbidden for whoever has no business with the trip.

    Somebody who was taken off it meanwhile is told of the change instead: Stale.
    """
    for rider in _meant(said):
        try:
            authorise(actor, Action.SEE_TRIPS, reach(get_citizen(rider.citizen_id), local_day(now)))
        except Forbidden:
            if queries.was_on(trip.id, actor.person_id):
                raise Stale from None
            raise


def _changes(actor: Actor, said: Said) -> frozenset[str]:
    """Return what others have done to the trip since the tablet knew it."""
    if said.trip_id is None:
        return frozenset()
    events = queries.changes_since(said.trip_id, said.version)
    return frozenset(event.kind for event in events if event.actor_id != actor.account_id)


def _standing(said: Said, trip: Trip, changes: frozenset[str]) -> Standing:
    """Return how a trip stands, for the one rider an intent is about or for all."""
    one, riders = whom(said.deed), riders_of(trip.id)
    each = {rider.citizen_id: TripState(rider.state) for rider in riders}
    homes = {rider.citizen_id: rider.ended_at for rider in riders if rider.ended_at is not None}
    about = [at for citizen, at in homes.items() if citizen in (named(said.deed) or homes)]
    return Standing(
        TripState(trip.state) if one is None else each[one],
        trip.started_at,
        max(about, default=trip.ended_at),
        _cause(trip.id, one),
        changes,
        frozenset(each.items()),
        frozenset(homes.items()),
        is_paused=trip.paused_at is not None,
    )


def _cause(trip_id: UUID, citizen_id: UUID | None) -> Cause | None:
    """Return what stopped a trip that is not made, for one of its riders or the last; or None."""
    for event in reversed(queries.changes_since(trip_id, 0)):
        told = event.details
        about = told.get("citizens") or told.get("citizen") or str(citizen_id)
        if told.get("cause") in set(Cause) and (citizen_id is None or str(citizen_id) in about):
            return Cause(told["cause"])
    return None


def _told(said: Said, trip: Trip, moment: Moment) -> Told:
    if isinstance(said.deed, Finish):
        started, ended = times_of(said.deed, trip, moment)
        homes = frozenset(homes_of(said.deed, trip, moment).items())
        is_off, each = said.deed.is_broken_off, said.deed.became
        return Told(said.kind, started, ended, is_off, each=each, homes=homes)
    if isinstance(said.deed, Cancel):
        is_about_one = said.deed.citizen_id is not None
        return Told(said.kind, cause=said.deed.cause, is_about_one=is_about_one)
    return Told(said.kind)


def _costs_more_by_now(trip: Trip, riders: list[TripRider], deed: Cancel, moment: Moment) -> bool:
    """Say whether the way from the tablet to us made a cancellation cost something else."""
    return any(
        _price(trip, rider, deed, moment.at) != _price(trip, rider, deed, moment.now)
        for rider in riders
        if rider.card_id is not None and deed.citizen_id in (None, rider.citizen_id)
    )


def _price(trip: Trip, rider: TripRider, deed: Cancel, now: datetime) -> Any:
    card = cards.get_card(rider.card_id) if rider.card_id else None
    if card is None:
        return None
    try:
        return price_of_cancelled(
            cards.current_terms(card, local_day(trip.starts_at)),
            deed.cause,
            set_aside=rider.planned_minutes,
            starts_at=rider.starts_at,
            now=now,
            answer=deed.cost,
        )
    except Undecided as question:
        return question.rule


def _flag(actor: Actor, trip_id: UUID, moment: Moment) -> None:
    """Note on the trip that it was told late, or by a tablet whose clock is wrong."""
    if not (moment.is_late or moment.is_off):
        return
    off = round(moment.off.total_seconds() / 60) if moment.is_off and moment.off else None
    told_at = min(moment.at, moment.now - timedelta(seconds=1))
    happened(actor, trip_id, "tablet", told_at, at=moment.at.isoformat(), off_minutes=off)
