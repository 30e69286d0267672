"""Settling what a tablet told and the program would not decide: a person does, with a reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import intents as rules
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.intents import IntentKind, Outcome, Settlement
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.schemes import Basis, Charge
from klippekort.platform import audit
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.ledger import open_task
from klippekort.tablet.models import Intent
from klippekort.tablet.queries import intents as queries
from klippekort.tablet.services.deeds import Book, Cancel, Deed, Finish, read, whom
from klippekort.tablet.services.perform import Moment, perform
from klippekort.trips.queries.trips import riders_of

CORRECT_CARD = "tablet.differs"
"""The task a card gets when what happened and what is written differ."""


class SettleReason(StrEnum):
    """Why somebody settled it as they did."""

    HELPER_WAS_THERE = "helper_was_there"
    COLLEAGUE_IS_RIGHT = "colleague_is_right"
    TALKED = "talked"
    MISTAKE = "mistake"
    TOO_LATE = "too_late"
    OTHER = "other"


def settle(
    actor: Actor,
    intent_id: UUID,
    *,
    how: Settlement,
    reason: SettleReason,
    now: datetime,
    basis: Basis | None = None,
    charge: Charge | None = None,
    cost: Charge | None = None,
    answers: Mapping[str, str] = MappingProxyType({}),
    why: str = "",
) -> str:
    """Settle an intent that waits for a person, and return its id.

    As the tablet said is done by the person who settles, today. `basis`, `charge` and, for those
    who were not along, `cost` answer what the scheme leaves open at an end, `answers` by rule what
    it does at a booking, and `why` is the reason for all that is answered, on the tablet too.
    Raises NotFound, Forbidden, Stale when it is settled already, and what the services of trips
    raise: NoReason for an answer without one.
    """
    row = queries.lock_intent(intent_id)
    check_may_settle(actor, row, now)
    if row.settled_at is not None or not row.needs_person:
        raise Stale
    if how is Settlement.TABLET:
        deed = _answered(deed_of(row), basis, charge, cost, why)
        if isinstance(deed, Book):
            deed = replace(deed, answers=tuple((dict(deed.answers) | dict(answers)).items()))
        perform(actor, row.trip_id, deed, _moment(row, now))
    elif how is Settlement.BOTH:
        _have_cards_corrected(row, now)
    row.outcome, row.settled_how, row.reason_code = Outcome.SETTLED, how, reason
    row.settled_at, row.settled_by = now, actor.account_id
    citizens = [row.citizen_id] if row.citizen_id else []
    audit.record(
        actor, Action.SETTLE_INTENT, "intent", row.id, citizens=citizens, how=how, reason=reason
    )
    return str(row.id)


def check_may_settle(actor: Actor, row: Intent, now: datetime) -> None:
    """Return quietly when this person may settle it: a helper only what is their own.

    Raises Forbidden.
    """
    citizen = get_citizen(row.citizen_id) if row.citizen_id else None
    if actor.role is Role.CARE_WORKER:
        authorise(actor, Action.SETTLE_INTENT)
        if row.account_id != actor.account_id:
            raise Forbidden(Action.SETTLE_INTENT)
        return
    near = reach(citizen, local_day(now)) if citizen else None
    authorise(actor, Action.SETTLE_INTENT, near)


def deed_of(row: Intent) -> Deed:
    """Return what the tablet told."""
    return read(IntentKind(row.kind), row.payload)


def answers_in(deed: Deed) -> tuple[Basis | None, Charge | None, Charge | None]:
    """Return what was answered on the tablet, as `settle` takes it: basis, charge and cost."""
    if isinstance(deed, Finish):
        return deed.basis, deed.broken_off, deed.cost
    if isinstance(deed, Cancel):
        return None, deed.cost, None
    return None, None, None


def _answered(
    deed: Deed, basis: Basis | None, charge: Charge | None, cost: Charge | None, why: str
) -> Deed:
    if isinstance(deed, Finish):
        return replace(
            deed,
            basis=basis or deed.basis,
            broken_off=charge or deed.broken_off,
            cost=cost or deed.cost,
            why=why,
        )
    if isinstance(deed, Cancel):
        return replace(deed, cost=charge or deed.cost, why=why)
    return replace(deed, why=why) if isinstance(deed, Book) else deed


def _moment(row: Intent, now: datetime) -> Moment:
    off = timedelta(seconds=row.clock_off_seconds) if row.clock_off_seconds is not None else None
    at = rules.happened_at(row.device_at, off, now)
    return Moment(at, row.device_at, off, now)


def _have_cards_corrected(row: Intent, now: datetime) -> None:
    """Ask for the cards that pay for those it is about to be corrected. Raises NotFound where none
    does.
    """
    one = whom(deed_of(row))
    riders = riders_of(row.trip_id) if row.trip_id else ()
    about = [rider for rider in riders if one in (None, rider.citizen_id)]
    paying = [rider.card_id for rider in about if rider.card_id is not None]
    if not paying:
        raise NotFound
    for card_id in paying:
        card = cards.get_card(card_id)
        open_task(card, "tablet", CORRECT_CARD, str(row.id), local_day(now))
