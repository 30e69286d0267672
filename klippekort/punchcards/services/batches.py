"""Many cards at once, for people who had one before Klippekort came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Absence
from klippekort.domain import accrual
from klippekort.domain.accrual import AbsenceSpan, GrantSpan, Plan
from klippekort.domain.calendar import local_day
from klippekort.domain.ledger import CardState
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import TermsFrom, missing_to_run, terms_on
from klippekort.platform import audit
from klippekort.platform.db import Model, db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import CardTask, Grant, PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.services.granting import BeforeScheme, SchemeNotReady
from klippekort.punchcards.services.ledger import chained

ORIGIN = "imported"
REASON = "carried_over"
# What others refer to is written before them.
_TIERS: tuple[tuple[type, ...], ...] = (
    (PunchCard,),
    (Grant, PunchLot, CardTask),
    (PunchEntry,),
)


@dataclass(frozen=True)
class OldCard:
    """A card a citizen had elsewhere since `since`; here its time arrives from `from_on`."""

    citizen_id: UUID
    from_on: date
    since: date


def check_scheme(versions: Sequence[TermsFrom], on: date) -> None:
    """Return quietly when a card may begin on `on`. Raises BeforeScheme and SchemeNotReady."""
    terms = terms_on(tuple(versions), on)
    if terms is None:
        raise BeforeScheme
    if missing := missing_to_run(terms):
        raise SchemeNotReady(missing)


def take_over_cards(
    actor: Actor, scheme_id: UUID, batch: Iterable[OldCard], *, now: datetime
) -> list[UUID]:
    """Give citizens a card each, reckoned through today, and return the ids of the new cards.

    Whoever has or had a card under the scheme is passed over, so an ended card stays ended. The
    citizens are in the database already. Raises Forbidden, BeforeScheme, SchemeNotReady.
    """
    authorise(actor, Action.IMPORT_DATA)
    wanted = {old.citizen_id: old for old in batch}
    had = select(PunchCard.citizen_id).where(
        PunchCard.scheme_id == scheme_id, PunchCard.citizen_id.in_(list(wanted))
    )
    for citizen_id in db.session.scalars(had):
        del wanted[citizen_id]
    versions = queries.versions_of(scheme_id)
    away, pauses = _absences(wanted), queries.pauses_of(scheme_id)
    rows: list[Model] = []
    for old in wanted.values():
        check_scheme(versions, old.from_on)
        absences = (*away.get(old.citizen_id, ()), *pauses)
        plan = Plan(versions, (GrantSpan(old.from_on, reason=REASON),), absences)
        rows += _make(actor, scheme_id, old, plan, now)
    for tier in _TIERS:
        db.session.add_all(row for row in rows if isinstance(row, tier))
        db.session.flush()
    cards = [row for row in rows if isinstance(row, PunchCard)]
    deeds = [_deed(card, wanted[card.citizen_id]) for card in cards]
    audit.record_many(actor, Action.GRANT_CARD, "punch_card", deeds)
    return [card.id for card in cards]


def _absences(citizen_ids: Iterable[UUID]) -> dict[UUID, tuple[AbsenceSpan, ...]]:
    wanted = select(Absence).where(Absence.citizen_id.in_(list(citizen_ids)))
    found: dict[UUID, tuple[AbsenceSpan, ...]] = {}
    for row in db.session.scalars(wanted.order_by(Absence.from_on, Absence.id)):
        span = AbsenceSpan(row.kind, row.from_on, row.until_on)
        found[row.citizen_id] = (*found.get(row.citizen_id, ()), span)
    return found


def _make(actor: Actor, scheme_id: UUID, old: OldCard, plan: Plan, now: datetime) -> list[Model]:
    """Return the rows of a card: itself, its grant, its first lots and entries."""
    today = local_day(now)
    card = PunchCard(
        id=new_id(),
        municipality_id=actor.municipality_id,
        scheme_id=scheme_id,
        citizen_id=old.citizen_id,
        opened_on=old.from_on,
        advanced_through=today,
        seq=0,
        head="",
    )
    grant = Grant(
        card_id=card.id,
        from_on=old.from_on,
        origin=ORIGIN,
        reason=REASON,
        decided_by=actor.account_id,
        recorded_at=now,
    )
    outcome = accrual.advance(CardState(), plan, today)
    lots, rows = chained(card, outcome.entries, {}, actor_id=None, now=now)
    return [card, grant, *lots, *rows, *_tasks(card, outcome)]


def _tasks(card: PunchCard, outcome: accrual.Advance) -> list[Model]:
    """Return what a person must decide about the card, one rule at a time for each period."""
    asked = {question.period: question for question in reversed(outcome.questions)}
    return [
        CardTask(
            card_id=card.id,
            kind="decide",
            rule=question.rule,
            subject=period or question.on.isoformat(),
            opened_on=question.on,
            minutes=question.minutes or None,
        )
        for period, question in asked.items()
    ]


def _deed(card: PunchCard, old: OldCard) -> audit.Deed:
    said = {"from_on": old.from_on, "since": old.since, "origin": ORIGIN, "reason": REASON}
    return audit.Deed(card.id, (card.citizen_id,), said)
