"""Reading what a change of terms is judged by: the draft, every card, and what was decided."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.models import Citizen
from klippekort.domain.accrual import SECOND_PART, Question
from klippekort.domain.changes import BookedTrip
from klippekort.domain.errors import NotFound
from klippekort.domain.late_news.measuring import reaches_back_to
from klippekort.domain.ledger import CardState, EntryKind, Hold, Lot, Source
from klippekort.domain.plans import AbsenceSpan, Plan
from klippekort.domain.schemes import Setting, TermsFrom
from klippekort.domain.waiting import NOTHING_CAME, Came
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.sorting import alphabetical
from klippekort.punchcards.models import (
    CardTask,
    Grant,
    PunchCard,
    PunchEntry,
    PunchLot,
    RuleAnswer,
    SchemeDraft,
)
from klippekort.punchcards.queries.cards import open_lots_of, pauses_of
from klippekort.punchcards.queries.many import absences_of_many, grants_of, pledges_of
from klippekort.punchcards.queries.past import answers_of, came_late, past_of
from klippekort.punchcards.queries.tasks import asked, waiting_of_many

AT_A_TIME = 500


def find_draft(scheme_id: UUID) -> SchemeDraft | None:
    """Return the terms somebody is writing for a scheme, or None."""
    return db.session.scalars(select(SchemeDraft).filter_by(scheme_id=scheme_id)).one_or_none()


def earliest_day(scheme_id: UUID, today: date) -> date:
    """Return the first day new terms can hold from: no card has been reckoned for it yet."""
    found = select(func.max(PunchCard.advanced_through)).where(
        PunchCard.scheme_id == scheme_id, PunchCard.closed_on.is_(None)
    )
    reckoned = db.session.scalars(found).one()
    return today if reckoned is None else max(today, date.fromordinal(reckoned.toordinal() + 1))


def list_answers(scheme_id: UUID) -> Sequence[RuleAnswer]:
    """Return what was decided about a scheme's rules, the newest first."""
    found = select(RuleAnswer).filter_by(scheme_id=scheme_id)
    return db.session.scalars(found.order_by(RuleAnswer.recorded_at.desc(), RuleAnswer.id)).all()


def answers_for(card_id: UUID, subject: str) -> dict[str, str]:
    """Return what was decided for one thing on a card, such as a trip's id: the last by rule."""
    found = select(RuleAnswer.rule, RuleAnswer.value).filter_by(card_id=card_id, subject=subject)
    rows = db.session.execute(found.order_by(RuleAnswer.recorded_at, RuleAnswer.id))
    return {row.rule: row.value for row in rows}


def lock_answer(answer_id: UUID) -> RuleAnswer:
    """Return an answer nobody else can change before this transaction ends. Raises NotFound."""
    found = select(RuleAnswer).filter_by(id=answer_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_task(task_id: UUID) -> CardTask:
    """Return what a person must decide or do about a card. Raises NotFound."""
    row = db.session.scalars(select(CardTask).filter_by(id=task_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_questions(scheme_id: UUID | None = None) -> Sequence[tuple[CardTask, UUID, str]]:
    """Return the rules that have come up on cards, of one scheme or all, with whose card it is."""
    found = (
        select(CardTask, Citizen)
        .join(PunchCard, PunchCard.id == CardTask.card_id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .where(CardTask.kind == "decide", CardTask.closed_at.is_(None))
        .order_by(CardTask.opened_on, CardTask.id)
    )
    if scheme_id is not None:
        found = found.where(PunchCard.scheme_id == scheme_id)
    return [(task, citizen.id, citizen.name) for task, citizen in db.session.execute(found)]


@dataclass(frozen=True)
class BookedFrom:
    """Asks the trips, which stand above, what is booked from a day on: pairs of card and trip."""

    card_ids: frozenset[UUID]
    from_on: date


@dataclass(frozen=True)
class CardUnder:
    """An open card under a scheme with everything that decides how it goes on."""

    card_id: UUID
    citizen_id: UUID
    name: str
    state: CardState
    plan: Plan
    trips: tuple[BookedTrip, ...]
    waiting: tuple[Question, ...] = ()
    came: Came = NOTHING_CAME


def cards_under(
    scheme_id: UUID,
    versions: tuple[TermsFrom, ...],
    from_on: date,
    *,
    card_id: UUID | None = None,
) -> Iterator[CardUnder]:
    """Yield the open cards of a scheme by the citizen's name, a few queries for each 500; or one of
    them alone.
    """
    found = (
        select(PunchCard, Citizen)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .where(PunchCard.scheme_id == scheme_id, PunchCard.closed_on.is_(None))
        .order_by(alphabetical(Citizen.search_name), PunchCard.id)
    )
    if card_id is not None:
        found = found.where(PunchCard.id == card_id)
    rows = [(card, citizen) for card, citizen in db.session.execute(found)]
    pauses = pauses_of(scheme_id)
    for start in range(0, len(rows), AT_A_TIME):
        yield from _read(rows[start : start + AT_A_TIME], versions, pauses, from_on)


def _read(
    rows: Sequence[tuple[PunchCard, Citizen]],
    versions: tuple[TermsFrom, ...],
    pauses: tuple[AbsenceSpan, ...],
    from_on: date,
) -> Iterator[CardUnder]:
    ids = [card.id for card, _citizen in rows]
    lots, holds, pledges = open_lots_of(ids), _holds_of(ids), pledges_of(ids)
    grants, periods = grants_of(ids), _last_periods_of(ids)
    absences = absences_of_many([citizen.id for _card, citizen in rows])
    tasks = waiting_of_many(ids)
    late = came_late(task for some in tasks.values() for task in some)
    trips: dict[UUID, list[BookedTrip]] = defaultdict(list)
    for card_id, trip in ask(BookedFrom(frozenset(ids), from_on)):
        trips[card_id].append(trip)
    has_settings = any(version.terms.settings for version in versions)
    for card, citizen in rows:
        own = lots.get(card.id, {})
        home = ((date.min, Setting(citizen.setting)),) if has_settings else ()
        away = (*absences[citizen.id], *pauses)
        plan = Plan(versions, tuple(grants[card.id]), away, home)
        state = CardState(
            tuple(own.values()),
            _holds(own, holds),
            tuple(pledges[card.id]),
            card.advanced_through,
            periods.get(card.id) if len(plan.spans) > 1 else None,
        )
        waiting = tuple(asked(task) for task in tasks[card.id])
        came = _came(card.id, plan, [one for one in tasks[card.id] if one.id in late])
        own_trips = tuple(trips[card.id])
        yield CardUnder(card.id, citizen.id, citizen.name, state, plan, own_trips, waiting, came)


def _came(card_id: UUID, plan: Plan, late: Sequence[CardTask]) -> Came:
    """Return what a card's questions about time that has come already are settled by."""
    if not late:
        return NOTHING_CAME
    since = min(reaches_back_to(plan, task.opened_on) for task in late)
    periods = frozenset(task.subject for task in late)
    return Came(periods, past_of(card_id, since)[0], answers_of(card_id))


_SIGNS = {EntryKind.HOLD: 1, EntryKind.RELEASE: -1, EntryKind.SPEND: -1}


def _holds_of(ids: Collection[UUID]) -> dict[UUID, dict[UUID, int]]:
    """Return by lot what each trip holds of it, for lots that hold any."""
    rows = db.session.execute(
        select(PunchEntry.lot_id, PunchEntry.trip_id, PunchEntry.kind, func.sum(PunchEntry.minutes))
        .join(PunchLot, PunchLot.id == PunchEntry.lot_id)
        .where(PunchLot.card_id.in_(ids), PunchLot.held > 0)
        .where(PunchEntry.kind.in_(list(_SIGNS)), PunchEntry.trip_id.is_not(None))
        .group_by(PunchEntry.lot_id, PunchEntry.trip_id, PunchEntry.kind)
    )
    held: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for lot_id, trip_id, kind, minutes in rows:
        if lot_id is not None and trip_id is not None:
            held[lot_id][trip_id] += _SIGNS[EntryKind(kind)] * minutes
    return held


def _holds(lots: dict[UUID, Lot], held: dict[UUID, dict[UUID, int]]) -> tuple[Hold, ...]:
    return tuple(
        Hold(trip_id, lot.key, minutes)
        for lot_id, lot in lots.items()
        if lot.held
        for trip_id, minutes in sorted(held.get(lot_id, {}).items())
        if minutes
    )


def _last_periods_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return by card the name of the last period that gave it time."""
    wanted = (
        select(PunchLot.card_id, PunchLot.period)
        .where(PunchLot.card_id.in_(ids), PunchLot.source == Source.ACCRUAL)
        .where(~PunchLot.period.endswith(SECOND_PART, autoescape=True))
        .order_by(PunchLot.credited_on, PunchLot.id)
    )
    # A card given anew is rare: only those need their history.
    several = (
        select(Grant.card_id).group_by(Grant.card_id).having(func.count() > 1).scalar_subquery()
    )
    rows = db.session.execute(wanted.where(PunchLot.card_id.in_(several)))
    return {row.card_id: row.period for row in rows}
