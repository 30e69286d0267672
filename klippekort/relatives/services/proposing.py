"""A relative proposes days, and gets a yes or a no from the citizen or from staff."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.proxies import EndsBeforeItBegins, Purpose
from klippekort.domain.relatives import OverBefore, ProposedAlready, TooLong, TripsToSettle
from klippekort.messages.queries import RELATIVE, Recipient
from klippekort.messages.services import tell
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.relatives.models import RelativeProposal
from klippekort.relatives.queries.coming import FamilyCannot, booked_in
from klippekort.relatives.queries.proposals import (
    DONT_BOOK,
    TAKES_HER,
    get_proposal,
    lock_proposal,
    overlapping,
)
from klippekort.relatives.queries.relatives import get_relative, parent_of
from klippekort.relatives.services.common import giver_of

KINDS = (DONT_BOOK, TAKES_HER)
LONGEST = timedelta(days=92)
FARTHEST = timedelta(days=400)


@dataclass(frozen=True)
class Days:
    """What a relative proposes: to be there from one day until another, both included."""

    kind: str
    from_on: date
    until_on: date
    words: str = ""


def propose(actor: Actor, citizen_id: UUID, days: Days, *, now: datetime) -> str:
    """Propose days and return the proposal's id; it waits for a yes.

    Raises NotFound for whoever has no proxy for her, Forbidden for one that is not for proposing,
    EndsBeforeItBegins, OverBefore, TooLong and ProposedAlready.
    """
    authorise(actor, Action.ACT_FOR_CITIZEN)
    citizen, today = lock_citizen(citizen_id), local_day(now)
    parent = parent_of(actor.account_id, citizen_id, today)
    if not parent.may(Purpose.PROPOSE):
        raise Forbidden(Action.ACT_FOR_CITIZEN)
    _check(days, today)
    before = overlapping(parent.relative_id, days.from_on, days.until_on)
    if before is not None:
        raise ProposedAlready(before.from_on, before.until_on)
    row = RelativeProposal(
        id=new_id(),
        citizen_id=citizen_id,
        relative_id=parent.relative_id,
        kind=days.kind,
        from_on=days.from_on,
        until_on=days.until_on,
        state="waiting",
        made_at=now,
    )
    row.words_encrypted = seal(citizen, row.id, "proposal_words", days.words.strip())
    db.session.add(row)
    db.session.flush()
    _note(actor, row, "propose")
    return str(row.id)


def _check(days: Days, today: date) -> None:
    if days.kind not in KINDS:
        raise ValueError(days.kind)
    if days.until_on < days.from_on:
        raise EndsBeforeItBegins
    if days.until_on < today:
        raise OverBefore
    if days.until_on - days.from_on > LONGEST or days.from_on > today + FARTHEST:
        raise TooLong


def answer(
    actor: Actor,
    proposal_id: UUID,
    *,
    is_yes: bool,
    words: str = "",
    settled: Collection[UUID] = (),
    now: datetime,
) -> str:
    """Say yes or no to a proposal, and have the relative hear that there is an answer.

    `settled` are the trips in those days of which it is said what becomes of them: a yes is to all
    that it changes. Returns the citizen's id. Raises Stale when it waits no longer, TripsToSettle,
    Forbidden and NotFound.
    """
    citizen, row = _lock(actor, proposal_id, now)
    if row.state != "waiting":
        raise Stale
    left = [one for one in booked_in([row], now)[row.id] if one.trip_id not in settled]
    if is_yes and left:
        raise TripsToSettle(len(left))
    row.state = "yes" if is_yes else "no"
    _answered(actor, citizen, row, words, now)
    _note(actor, row, row.state)
    return str(citizen.id)


def take_back(actor: Actor, proposal_id: UUID, *, words: str = "", now: datetime) -> str:
    """Let what was agreed hold no longer: by staff, the citizen, or the relative who cannot come.

    Returns the citizen's id. Raises Stale when there is nothing to take back.
    """
    citizen, row = _lock(actor, proposal_id, now)
    if row.state not in ("waiting", "yes"):
        raise Stale
    if (row.state, row.kind) == ("yes", TAKES_HER):
        days = (row.from_on, row.until_on)
        events.emit(FamilyCannot(row.id, row.citizen_id, *days, now=now))
    row.state = "withdrawn"
    if actor.role is not Role.RELATIVE:
        _answered(actor, citizen, row, words, now)
    _note(actor, row, "withdrawn")
    return str(citizen.id)


def lock_agreed(actor: Actor, proposal_id: UUID, now: datetime) -> RelativeProposal:
    """Return a proposal that was agreed to, locked for whoever may answer it. Raises Stale,
    Forbidden and NotFound.
    """
    row = _lock(actor, proposal_id, now)[1]
    if row.state != "yes":
        raise Stale
    return row


def _lock(actor: Actor, proposal_id: UUID, now: datetime) -> tuple[Citizen, RelativeProposal]:
    found, today = get_proposal(proposal_id), local_day(now)
    if actor.role is Role.RELATIVE:
        authorise(actor, Action.ACT_FOR_CITIZEN)
        parent_of(actor.account_id, found.citizen_id, today)
        if get_relative(found.relative_id).account_id != actor.account_id:
            raise NotFound
    elif actor.role is Role.CITIZEN and actor.person_id != found.citizen_id:
        raise NotFound
    else:
        near = reach(get_citizen(found.citizen_id), today)
        authorise(actor, Action.ANSWER_PROPOSAL, near)
    return lock_citizen(found.citizen_id), lock_proposal(proposal_id)


def _answered(
    actor: Actor, citizen: Citizen, row: RelativeProposal, words: str, now: datetime
) -> None:
    row.answered_at, row.answered_by = now, actor.account_id
    row.answered_by_role = giver_of(actor).value
    row.answer_encrypted = seal(citizen, row.id, "proposal_answer", words.strip())
    db.session.flush()
    tell(
        f"relative_answer:{row.id}:{row.state}",
        "relative_answer",
        to=Recipient(RELATIVE, row.relative_id),
        about=row.id,
        facts={"name": citizen.first_name},
        due_at=now,
        is_extra=True,
        now=now,
    )


def _note(actor: Actor, row: RelativeProposal, what: str) -> None:
    action = Action.ACT_FOR_CITIZEN
    if actor.role is not Role.RELATIVE:
        action = Action.ANSWER_PROPOSAL
    audit.record(
        actor,
        action,
        "relative_proposal",
        row.id,
        citizens=[row.citizen_id],
        what=what,
        kind=row.kind,
    )
