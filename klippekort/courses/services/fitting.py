"""What a citizen says to a suggestion: no, and why; or that she would like to meet somebody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from klippekort.courses.models import Introduction, SuggestionNo
from klippekort.courses.queries import introductions as queries
from klippekort.courses.queries.people import asked_about, noes_of
from klippekort.courses.queries.suggestions import find_pair
from klippekort.courses.services.common import note_citizen, own_citizen
from klippekort.courses.services.errors import CannotMeet, SaidAlready
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.matching.facts import Because
from klippekort.domain.permissions import Actor
from klippekort.groups.queries.groups import lock_group
from klippekort.groups.services import PromiseGrew
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

GROUP = "group"


@dataclass(frozen=True)
class Declined:
    """What was declined, and what it was like: its kind, part of the day and price in øre."""

    subject: str
    subject_id: UUID
    kind: str = ""
    part: str = ""
    oere: int = 0


def say_no(
    actor: Actor, citizen_id: UUID, declined: Declined, because: Because, *, now: datetime
) -> str:
    """Store that a suggestion was not for a citizen, and why; it is not suggested again.

    Said anew, the new reason counts. A no to a group is kept only while the group goes by names.
    Raises Forbidden, and NotFound for a group that promises more.
    """
    own_citizen(actor, citizen_id, now)
    if declined.subject == GROUP and lock_group(declined.subject_id).anonymity != Anonymity.NAMED:
        raise NotFound
    row = next(
        (
            one
            for one in noes_of(citizen_id)
            if (one.subject, one.subject_id) == (declined.subject, declined.subject_id)
        ),
        None,
    )
    if row is None:
        row = SuggestionNo(id=new_id(), citizen_id=citizen_id, **vars(declined))
        db.session.add(row)
    row.because, row.said_at, row.said_to = because.value, now, actor.account_id
    db.session.flush()
    note_citizen(actor, citizen_id, "suggestion", "no", to=declined.subject, because=because.value)
    return str(row.id)


def forget_group(grew: PromiseGrew) -> None:
    """Forget who said no to a group that promises more about names from now on."""
    db.session.execute(
        delete(SuggestionNo).filter_by(subject=GROUP, subject_id=grew.group_id),
        execution_options={"synchronize_session": "fetch"},
    )


def take_back_no(actor: Actor, citizen_id: UUID, no_id: UUID, *, now: datetime) -> str:
    """Forget a no, so that the thing may be suggested again. Raises NotFound and Forbidden."""
    own_citizen(actor, citizen_id, now)
    row = next((one for one in noes_of(citizen_id) if one.id == no_id), None)
    if row is None:
        raise NotFound
    db.session.delete(row)
    db.session.flush()
    note_citizen(actor, citizen_id, "suggestion", "no_taken_back")
    return str(citizen_id)


def decline_person(
    actor: Actor, citizen_id: UUID, mark: str, because: Because, *, now: datetime
) -> str:
    """Store that a citizen does not want to meet somebody she was told no name of. Raises Stale
    when nobody such is suggested any more.
    """
    own_citizen(actor, citizen_id, now)
    pair = find_pair(citizen_id, mark)
    if pair is None:
        raise Stale
    return say_no(actor, citizen_id, Declined("person", pair.id), because, now=now)


def would_meet(actor: Actor, citizen_id: UUID, mark: str, *, now: datetime) -> str:
    """Store that a citizen would like to meet somebody, and let the other be asked.

    `mark` stands for the other, whom nobody is told of here. Raises CannotMeet when nobody such
    is suggested any more, SaidAlready when the two have been asked about each other before.
    """
    own_citizen(actor, citizen_id, now)
    pair = find_pair(citizen_id, mark)
    if pair is None:
        raise CannotMeet
    if pair.id in asked_about(citizen_id):
        raise SaidAlready
    first, second = sorted((citizen_id, pair.id))
    row = Introduction(
        id=new_id(),
        first_id=first,
        second_id=second,
        ties=[[one.tie.value, one.what] for one in pair.shared],
        first_says=True if first == citizen_id else None,
        second_says=True if second == citizen_id else None,
        state="asking",
        proposed_at=now,
        proposed_by=actor.account_id,
    )
    _ask_once(row)
    note_citizen(actor, citizen_id, "introduction", "would_meet")
    return str(citizen_id)


def _ask_once(row: Introduction) -> None:
    """Store an introduction; two who are suggested to each other may both say so at once."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise SaidAlready from error


def answer_introduction(
    actor: Actor, citizen_id: UUID, introduction_id: UUID, *, says_yes: bool, now: datetime
) -> str:
    """Store what one of two says to meeting the other. Only when both say yes does either learn of
    the other; a no ends it, and nobody is told whose it was. Raises Stale, NotFound and Forbidden.
    """
    own_citizen(actor, citizen_id, now)
    row = queries.lock_introduction(introduction_id)
    if citizen_id not in (row.first_id, row.second_id):
        raise NotFound
    if row.state not in ("asking", "agreed"):
        raise Stale
    if row.first_id == citizen_id:
        row.first_says = says_yes
    else:
        row.second_says = says_yes
    if not says_yes:
        row.state, row.settled_at = "over", now
    elif row.first_says and row.second_says:
        row.state, row.settled_at = "agreed", now
    db.session.flush()
    note_citizen(actor, citizen_id, "introduction", "yes" if says_yes else "no")
    return str(citizen_id)
