"""Reading many cards at once: what each holds and what governs it, in few queries for them all."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Absence
from klippekort.domain.ledger import CardState, Lot, Pledge
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan, GrantSpan, Plan
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant, SchemePause, TripPledge
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.cards import CardHead


@dataclass(frozen=True)
class Standing:
    """A card with its open lots by their ids, and all that decides how it goes on."""

    card: CardHead
    lots: dict[UUID, Lot]
    state: CardState
    plan: Plan


def standing_of(cards: Sequence[CardHead]) -> Iterator[Standing]:
    """Yield cards as `state_of` and `plan_of` read each of them."""
    ids, citizens = [card.id for card in cards], [card.citizen_id for card in cards]
    schemes = {card.scheme_id for card in cards}
    versions = {scheme: queries.versions_of(scheme) for scheme in schemes}
    pauses, absences = _pauses_of(schemes), absences_of_many(citizens)
    open_lots, pledges, grants = queries.open_lots_of(ids), pledges_of(ids), grants_of(ids)
    holds = queries.holds_in(open_lots)
    for card in cards:
        lots = open_lots.get(card.id, {})
        away = (*absences[card.citizen_id], *pauses[card.scheme_id])
        terms = versions[card.scheme_id]
        plan = Plan(terms, tuple(grants[card.id]), away, queries.settings_of(card, terms))
        held, lacking = holds.get(card.id, ()), tuple(pledges[card.id])
        state = CardState(tuple(lots.values()), held, lacking, card.advanced_through)
        yield Standing(card, lots, queries.to_be_reckoned(card.id, state, plan), plan)


def pledges_of(ids: Collection[UUID]) -> dict[UUID, list[Pledge]]:
    """Return by card what booked trips still lack."""
    found: dict[UUID, list[Pledge]] = defaultdict(list)
    for row in db.session.scalars(select(TripPledge).where(TripPledge.card_id.in_(ids))):
        found[row.card_id].append(Pledge(row.trip_id, row.minutes, row.on))
    return found


def grants_of(ids: Collection[UUID]) -> dict[UUID, list[GrantSpan]]:
    """Return by card the grants it lives by, the earliest first."""
    wanted = select(
        Grant.card_id, Grant.from_on, Grant.until_on, Grant.minutes, Grant.reason, Grant.at_end
    ).where(Grant.card_id.in_(ids))
    found: dict[UUID, list[GrantSpan]] = defaultdict(list)
    for card_id, from_on, until_on, minutes, reason, at_end in db.session.execute(
        wanted.order_by(Grant.from_on, Grant.id)
    ):
        ended, is_settled = at_end or "period_over", at_end is not None
        found[card_id].append(GrantSpan(from_on, until_on, minutes, reason, ended, is_settled))
    return found


def absences_of_many(citizen_ids: Collection[UUID]) -> dict[UUID, list[AbsenceSpan]]:
    """Return by citizen when they are away, the earliest first."""
    wanted = select(Absence.citizen_id, Absence.kind, Absence.from_on, Absence.until_on)
    wanted = wanted.where(Absence.citizen_id.in_(citizen_ids))
    found: dict[UUID, list[AbsenceSpan]] = defaultdict(list)
    for citizen_id, kind, from_on, until_on in db.session.execute(
        wanted.order_by(Absence.from_on, Absence.id)
    ):
        found[citizen_id].append(AbsenceSpan(kind, from_on, until_on))
    return found


def _pauses_of(scheme_ids: Collection[UUID]) -> dict[UUID, list[AbsenceSpan]]:
    wanted = select(SchemePause.scheme_id, SchemePause.from_on, SchemePause.until_on)
    wanted = wanted.where(SchemePause.scheme_id.in_(scheme_ids))
    found: dict[UUID, list[AbsenceSpan]] = defaultdict(list)
    for scheme_id, from_on, until_on in db.session.execute(wanted.order_by(SchemePause.from_on)):
        found[scheme_id].append(AbsenceSpan(SCHEME_PAUSE, from_on, until_on))
    return found
