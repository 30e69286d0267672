"""Saying what one thinks: on a page, on paper, by phone, to a helper."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import how_left
from klippekort.domain.calendar import local_day
from klippekort.domain.feedback import Channel, Kind, due
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.feedback.models import Feedback
from klippekort.feedback.queries import feedback as queries
from klippekort.feedback.services.errors import InFuture, TooManyWrite
from klippekort.feedback.services.sealing import seal
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys

MOST_AN_HOUR = 30


@dataclass(frozen=True)
class Said:
    """What somebody said, and how: `contact` is empty where they would rather not be known.

    `received_on` is the day it was said, or None for today.
    """

    kind: Kind
    channel: Channel
    words: str
    contact: str = ""
    citizen_id: UUID | None = None
    received_on: date | None = None
    wants_answer: bool = True


def give(actor: Actor, said: Said, *, now: datetime) -> str:
    """Note what somebody said, with an owner and a last day, and return its id.

    Nobody without a name or a way to be reached waits for an answer, nor does anybody who has died.
    Raises TooManyWrite for the
    public page, InFuture for a day to come, NotFound for a citizen who is not there.
    """
    today = local_day(now)
    received_on = said.received_on or today
    if received_on > today:
        raise InFuture
    _check(actor, said, now)
    rules = queries.rules()
    last = due(said.kind, received_on, rules.times)
    row_id = new_id()
    row = Feedback(
        id=row_id,
        municipality_id=actor.municipality_id,
        kind=said.kind,
        channel=said.channel,
        received_on=received_on,
        recorded_at=now,
        recorded_by=actor.account_id,
        citizen_id=said.citizen_id,
        owner_id=_first_owner(rules.owner_id),
        wants_answer=said.wants_answer and bool(said.contact or _can_be_told(said.citizen_id)),
        wrapped_key=keys().new_data_key(Place(actor.municipality_id, row_id, "key")),
        acknowledge_by=last.acknowledge_by,
        answer_by=last.answer_by,
    )
    seal(row, words=said.words, contact=said.contact)
    db.session.add(row)
    db.session.flush()
    citizens = [said.citizen_id] if said.citizen_id else []
    audit.record(
        actor, Action.NOTE_FEEDBACK, "feedback", row_id, citizens=citizens, channel=said.channel
    )
    return str(row_id)


def _check(actor: Actor, said: Said, now: datetime) -> None:
    if said.citizen_id is not None:
        citizen = get_citizen(said.citizen_id)
        authorise(actor, Action.NOTE_FEEDBACK, reach(citizen, local_day(now)))
        return
    authorise(actor, Action.NOTE_FEEDBACK)
    an_hour_ago = now - timedelta(hours=1)
    if said.channel is Channel.PAGE and queries.came_since(an_hour_ago) >= MOST_AN_HOUR:
        raise TooManyWrite


def _can_be_told(citizen_id: UUID | None) -> bool:
    return citizen_id is not None and how_left([citizen_id]).get(citizen_id) != "died"


def _first_owner(chosen: UUID | None) -> UUID | None:
    """Return who looks first: whom the municipality chose, or else its first coordinator."""
    able = [account_id for account_id, _name in queries.list_coordinators()]
    return chosen if chosen in able else next(iter(able), None)
