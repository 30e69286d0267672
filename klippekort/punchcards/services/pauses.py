"""Letting a whole scheme stand still on some days, as when it is closed in July."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.citizens.services.absences import AbsenceNoted
from klippekort.domain.calendar import local_day, shares_a_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.pausing import PauseEffect, effect_of, is_stopped
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import CardTask, SchemePause
from klippekort.punchcards.queries import changes, schemes
from klippekort.punchcards.queries import pauses as queries
from klippekort.punchcards.queries.cards import list_cards_of
from klippekort.punchcards.queries.pauses import CALL_OFF, PAUSED
from klippekort.punchcards.services.events import SchemePaused

LONGEST_REASON = 200


class PauseEndsBeforeStart(DomainError):
    """A pause was given a last day before its first."""


@dataclass
class TooLate(DomainError):
    """Days before `first_on` are reckoned already and stay as they are."""

    first_on: date


@dataclass
class PausesOverlap(DomainError):
    """The scheme stands still already on some of the days: from `from_on` until `until_on`, both
    included; None is open-ended.
    """

    from_on: date
    until_on: date | None


@dataclass
class PausePreview:
    """What a pause does to all open cards of a scheme together; times are minutes."""

    cards: int = 0
    touched: int = 0
    missed: int = 0
    most_missed: int = 0
    waiting: int = 0
    trips: int = 0

    def add(self, effect: PauseEffect) -> None:
        """Count a card in."""
        self.cards += 1
        self.touched += effect.missed > 0
        self.missed += effect.missed
        self.most_missed = max(self.most_missed, effect.missed)
        self.waiting += effect.waiting
        self.trips += len(effect.trips)


def preview(
    actor: Actor, scheme_id: UUID, from_on: date, until_on: date | None, *, today: date
) -> PausePreview:
    """Reckon what a pause would do to the open cards of a scheme; nothing is changed.

    Raises PauseEndsBeforeStart, TooLate, PausesOverlap, Forbidden, NotFound.
    """
    schemes.get_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    _check_day(from_on, today)
    _check(scheme_id, from_on, until_on)
    pause, found = AbsenceSpan(SCHEME_PAUSE, from_on, until_on), PausePreview()
    # Cards that are alike to the minute are reckoned once; one with trips is like no other.
    known: dict[Hashable, PauseEffect] = {}
    for card in changes.cards_under(scheme_id, schemes.terms_of(scheme_id), from_on):
        plan = card.plan
        alike = (card.state, plan.grants, plan.absences, plan.settings)
        effect = None if card.trips else known.get(alike)
        if effect is None:
            effect = effect_of(card.state, plan, pause, card.trips)
        if not card.trips:
            known[alike] = effect
        found.add(effect)
    return found


def pause_scheme(
    actor: Actor,
    scheme_id: UUID,
    from_on: date,
    until_on: date | None,
    reason: str,
    *,
    now: datetime,
) -> str:
    """Let a scheme stand still, both days included, and return the id of the pause.

    `until_on` None is open-ended. Trips that are booked on days without use are put up for calling
    off. Raises what `preview` raises.
    """
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    _check_day(from_on, local_day(now))
    _check(scheme_id, from_on, until_on)
    row = SchemePause(
        id=new_id(),
        scheme_id=scheme_id,
        from_on=from_on,
        until_on=until_on,
        reason=reason.strip()[:LONGEST_REASON],
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    db.session.add(row)
    _noted(actor, row, "paused", now)
    return str(row.id)


def end_scheme_pause(
    actor: Actor, scheme_id: UUID, pause_id: UUID, until_on: date, *, now: datetime
) -> str:
    """Say on which day a pause ends, today at the earliest, and return its id.

    Raises what `preview` raises, and Stale for a pause that is over.
    """
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    row, today = queries.lock_pause(scheme_id, pause_id), local_day(now)
    if row.until_on is not None and row.until_on < today:
        raise Stale
    _check(scheme_id, row.from_on, until_on, besides=pause_id)
    _check_day(until_on, today)
    row.until_on = until_on
    _noted(actor, row, "ended", now)
    return str(row.id)


def drop_scheme_pause(actor: Actor, scheme_id: UUID, pause_id: UUID, *, now: datetime) -> str:
    """Take a pause back that has not begun, and return the scheme's id. Raises Stale, NotFound."""
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    row = queries.lock_pause(scheme_id, pause_id)
    if row.from_on <= local_day(now):
        raise Stale
    db.session.delete(row)
    _noted(actor, row, "dropped", now)
    return str(scheme_id)


def _check(
    scheme_id: UUID, from_on: date, until_on: date | None, *, besides: UUID | None = None
) -> None:
    if until_on is not None and until_on < from_on:
        raise PauseEndsBeforeStart
    for other in queries.list_pauses(scheme_id):
        meets = shares_a_day(from_on, until_on, other.from_on, other.until_on)
        if other.id != besides and meets:
            raise PausesOverlap(other.from_on, other.until_on)


def _check_day(day: date, today: date) -> None:
    if day < today:
        raise TooLate(today)


def _noted(actor: Actor, row: SchemePause, how: str, now: datetime) -> None:
    """Put trips up for calling off, or no longer, record it, and tell those who write."""
    db.session.flush()
    _put_up(actor, row.scheme_id, now)
    said: dict[str, Any] = {"from_on": row.from_on, "until_on": row.until_on, "how": how}
    audit.record(actor, Action.CHANGE_SCHEME, "scheme_pause", row.id, **said)
    events.emit(
        SchemePaused(row.id, row.scheme_id, row.from_on, row.until_on, row.reason, how, actor, now)
    )


def absence_noted(event: AbsenceNoted) -> None:
    """Put a citizen's trips up for calling off where she is away and the terms let nobody use time,
    or no longer when she comes home before that.
    """
    for card in list_cards_of(event.citizen_id):
        if card.closed_on is None:
            _put_up(event.actor, card.scheme_id, event.now, card_id=card.id)


def _put_up(actor: Actor, scheme_id: UUID, now: datetime, *, card_id: UUID | None = None) -> None:
    """Ask for the booked trips that an absence or a pause stops to be called off, once for each,
    and no longer for those it stops no more.
    """
    today, versions = local_day(now), schemes.terms_of(scheme_id)
    known = {(task.card_id, task.subject): task for task in queries.tasks_put_up(scheme_id)}
    for card in changes.cards_under(scheme_id, versions, today, card_id=card_id):
        for trip in card.trips:
            task = known.get((card.card_id, str(trip.id)))
            if not is_stopped(card.plan, trip.wish.on):
                if task is not None and task.closed_at is None:
                    task.closed_at, task.closed_by = now, actor.account_id
                continue
            if task is None:
                task = CardTask(card_id=card.card_id, kind=CALL_OFF, subject=str(trip.id))
                task.rule, task.opened_on = PAUSED, today
                db.session.add(task)
            elif task.closed_at is not None:
                task.opened_on, task.closed_at, task.closed_by = today, None, None
    db.session.flush()
